import { Button } from '@/components/button/Button'
import { Failure } from '@/components/states/Failure'
import styles from './import.module.css'
import { Meter } from './Meter'
import { percent, sentOf } from './parts'
import { cancelUpload, retryUpload, type Upload } from './uploads'

const STATES = {
  waiting: 'It is sent after the file before it.',
  sending: 'It goes on if you leave this page. Keep the window open.',
  paused: 'The connection broke. It goes on by itself from where it stopped.',
} as const

/** A file on its way to the server, waiting, or refused. */
export function UploadCard({ upload }: { upload: Upload }) {
  const { file, sent, state, problem, key } = upload
  return (
    <article className={styles.job} aria-label={`Upload of ${file.name}`}>
      <div className={styles.jobHead}>
        <h3 className="name">
          <bdi>{file.name}</bdi>
        </h3>
        {state === 'failed' ? (
          <Button kind="plain" onClick={() => cancelUpload(upload)}>
            Remove
          </Button>
        ) : (
          <p className="small num soft">{sentOf(sent, file.size)} sent</p>
        )}
      </div>
      {state === 'failed' ? (
        <Failure
          error={problem}
          what={problem?.status === 413 ? 'This file is too large.' : 'The file was not sent.'}
          {...(file.size && problem?.status !== 413 ? { retry: () => retryUpload(key) } : {})}
        />
      ) : (
        <>
          <Meter label={`${file.name} sent`} value={sent || state === 'waiting' ? percent(sent, file.size) : null} />
          <div className={styles.foot}>
            <p className="small soft">{STATES[state]}</p>
            <Button kind="plain" onClick={() => cancelUpload(upload)}>
              Cancel
            </Button>
          </div>
        </>
      )}
    </article>
  )
}
