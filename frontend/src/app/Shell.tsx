import { Outlet, useMatchRoute } from '@tanstack/react-router'
import { Announcer } from '@/components/announcer/Announcer'
import { ToastHost } from '@/components/toast/Toast'
import { PlayerBar } from '@/player/PlayerBar'
import { BottomTabs } from './BottomTabs'
import { Offline } from './Offline'
import styles from './Shell.module.css'
import { ShortcutHelp } from './ShortcutHelp'
import { useShortcuts } from './shortcuts'
import { TopBar } from './TopBar'

/** The frame of every page. Forms and the interest test stand without navigation: nothing may lead away halfway. */
export function Shell() {
  const matches = useMatchRoute()
  const bare = matches({ to: '/test' }) !== false
  useShortcuts()
  return (
    <>
      <a className={styles.skip} href="#main">
        Skip to content
      </a>
      <div className={styles.page}>
        <TopBar bare={bare} />
        <Offline />
        <main id="main" tabIndex={-1} className={styles.main}>
          <Outlet />
        </main>
      </div>
      <div id="foot" className={styles.bottom} data-bare={bare || undefined}>
        <PlayerBar />
        {bare ? null : <BottomTabs />}
      </div>
      <ToastHost />
      <Announcer />
      <ShortcutHelp />
    </>
  )
}
