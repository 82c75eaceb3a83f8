import { Problem } from '@/api/problem'
import { useSession } from '@/api/session'
import { PageHead } from '@/components/layout/PageHead'
import { Failure } from '@/components/states/Failure'
import { Opening } from '@/components/states/Opening'
import { Later } from '@/components/states/Skeleton'
import { AccountSection } from './AccountSection'
import { DataSection } from './DataSection'
import { DeleteSection } from './DeleteSection'
import { KeysSection } from './KeysSection'
import { MailSection } from './MailSection'
import { PlayingSection } from './PlayingSection'
import { SessionsSection } from './SessionsSection'
import { ShortcutsSection } from './ShortcutsSection'
import styles from './settings.module.css'
import { useCurrentSection } from './useCurrentSection'

const PLACES = [
  ['account', 'Account'],
  ['mail', 'Mail'],
  ['sessions', 'Sessions'],
  ['api-keys', 'API keys'],
  ['playing', 'Playing'],
  ['shortcuts', 'Shortcuts'],
  ['your-data', 'Your data'],
  ['delete', 'Delete'],
] as const

const SIGNED_OUT = new Problem({ title: 'Sign in first' }, 401)

/** Everything about the account; each change acts at once. */
export function SettingsPage() {
  const session = useSession()
  const current = useCurrentSection(PLACES.map(([id]) => id))
  return (
    <>
      <PageHead title="Settings" />
      {session.kind === 'guest' ? <Failure error={SIGNED_OUT} /> : null}
      {session.kind === 'unknown' ? (
        <Opening>
          <Later> </Later>
        </Opening>
      ) : null}
      {session.kind === 'signed' ? (
        <div className={styles.split}>
          <nav aria-label="On this page" className={styles.side}>
            {PLACES.map(([id, name]) => (
              <a key={id} href={`#${id}`} aria-current={id === current ? 'true' : undefined}>
                {name}
              </a>
            ))}
          </nav>
          <div>
            <AccountSection user={session.user} />
            <MailSection />
            <SessionsSection />
            <KeysSection />
            <PlayingSection />
            <ShortcutsSection />
            <DataSection />
            <DeleteSection user={session.user} />
          </div>
        </div>
      ) : null}
    </>
  )
}
