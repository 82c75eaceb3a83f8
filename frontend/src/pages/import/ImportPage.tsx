import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useSession } from '@/api/session'
import { ButtonLink } from '@/components/button/Button'
import { PageHead, Section } from '@/components/layout/PageHead'
import { Empty } from '@/components/states/Empty'
import { Failure } from '@/components/states/Failure'
import { Opening } from '@/components/states/Opening'
import { TrackRowBones } from '@/components/states/Skeleton'
import { Added } from './Added'
import { DropZone } from './DropZone'
import { Earlier } from './Earlier'
import { follow } from './follow'
import styles from './import.module.css'
import { LeftUpload } from './LeftUpload'
import { Promises } from './Promises'
import type { Import } from './parts'
import { importsQuery } from './queries'
import { Result } from './Result'
import { RunningJob } from './RunningJob'
import { Scrobblers } from './Scrobblers'
import { Services } from './Services'
import { SpotifySection } from './SpotifySection'
import { Unmatched } from './Unmatched'
import { UploadCard } from './UploadCard'
import { type Upload, useUploads } from './uploads'
import { active, ended } from './words'

/** Brings listening from elsewhere: files are sent, read on the server, and what was not matched is named by hand. */
export function ImportPage() {
  const session = useSession()
  return (
    <>
      <title>Bring your listening · Segue</title>
      <PageHead
        title="Bring your listening"
        lead="What you heard elsewhere makes the first lists better. Files are read on this server and not kept."
      />
      <div className={styles.split}>
        <div>
          {session.kind === 'guest' ? <Guest /> : null}
          {session.kind === 'unknown' ? (
            <Opening>
              <TrackRowBones rows={4} />
            </Opening>
          ) : null}
          {session.kind === 'signed' ? <Imports /> : null}
        </div>
        <div className={styles.aside}>
          <Promises />
          {session.kind === 'signed' ? <SpotifySection /> : null}
          <Services />
          <Scrobblers />
        </div>
      </div>
    </>
  )
}

const Guest = () => (
  <Empty
    title="An import needs an account"
    action={
      <>
        <ButtonLink kind="solid" to="/signup" search={{ next: '/import' }}>
          Sign up
        </ButtonLink>
        <ButtonLink to="/signin" search={{ next: '/import' }}>
          Sign in
        </ButtonLink>
      </>
    }
  >
    What a file holds is kept with its person. You come back here.
  </Empty>
)

function Imports() {
  const { of } = useSearch({ from: '/import' })
  const query = useQuery(importsQuery)
  const uploads = useUploads()
  const imports = query.data ?? []
  const left = broken(imports, uploads)
  const running = imports.filter(active)
  const ids = running.map(({ id }) => id).join()
  useEffect(() => {
    for (const id of ids ? ids.split(',') : []) void follow(id)
  }, [ids])
  const over = imports.filter(ended)
  const shown = over.find(({ id }) => id === of) ?? over[0]
  return (
    <>
      <Section title="Import a file">
        <DropZone />
        {uploads.map((upload) => (
          <UploadCard key={upload.key} upload={upload} />
        ))}
        {query.error ? (
          <div className={styles.note}>
            <Failure error={query.error} what="Your imports did not load." retry={() => void query.refetch()} />
          </div>
        ) : null}
        {left.map((view) => (
          <LeftUpload key={view.id} view={view} />
        ))}
        {query.isPending ? <TrackRowBones rows={2} /> : null}
        {running.map((job) => (
          <RunningJob key={job.id} job={job} />
        ))}
        {shown ? <Result key={shown.id} view={shown} chosen={shown.id === of} /> : null}
      </Section>
      {shown ? <Unmatched key={shown.id} view={shown} /> : null}
      <Added />
      <Earlier imports={imports.filter(listed)} shown={shown?.id} />
    </>
  )
}

/** Uploads that broke off and are not on their way now. */
const broken = (imports: readonly Import[], uploads: readonly Upload[]) =>
  imports.filter((view) => isLeft(view) && !uploads.some(({ id }) => id === view.id))

/** Those that have ended, and one that is sent from elsewhere as a whole. */
const listed = (view: Import) => !active(view) && !isLeft(view)
const isLeft = ({ status, size }: Import) => status === 'uploading' && Boolean(size)
