import { useMutation } from '@tanstack/react-query'
import { Button } from '@/components/button/Button'
import { Failure } from '@/components/states/Failure'
import { Figures } from './Figures'
import styles from './import.module.css'
import { Meter } from './Meter'
import type { Import } from './parts'
import { stopImport } from './queries'
import { figuresOf, sentence } from './words'

/** An import that waits or runs, or is being taken back: its counts as they grow, and how to stop it. */
export function RunningJob({ job }: { job: Import }) {
  return job.status === 'undoing' ? <Undoing job={job} /> : <Reading job={job} />
}

const Undoing = ({ job }: { job: Import }) => (
  <article className={styles.job} aria-label={`Taking back ${job.name}`}>
    <div className={styles.jobHead}>
      <h3 className="name">
        <bdi>{job.name || 'A file without a name'}</bdi>
      </h3>
      <p className="small soft">being taken back</p>
    </div>
    <Meter label={`${job.name} being taken back`} value={null} />
    <p className="small soft">
      {job.detail ? sentence(job.detail) : 'It goes on if you leave this page.'} What other imports brought too stays.
    </p>
  </article>
)

function Reading({ job }: { job: Import }) {
  const stop = useMutation({ mutationFn: () => stopImport(job.id) })
  const stopping = stop.isSuccess
  const waiting = job.status === 'queued' && !job.counts?.read
  return (
    <article className={styles.job} aria-label={`Import of ${job.name}`}>
      <div className={styles.jobHead}>
        <h3 className="name">
          <bdi>{job.name || 'A file without a name'}</bdi>
        </h3>
        <p className="small soft">{stopping ? 'stopping' : job.status === 'queued' ? 'waiting' : 'being read'}</p>
      </div>
      <Meter label={`${job.name} being read`} value={waiting ? 0 : null} />
      {waiting ? null : <Figures figures={figuresOf(job.counts)} />}
      {stop.error ? <Failure error={stop.error} what="It could not be stopped." retry={() => stop.mutate()} /> : null}
      <div className={styles.foot}>
        <p className="small soft">
          {waiting
            ? sentence(job.detail || 'It is read after the imports before it, also if you leave this page')
            : 'It goes on if you leave this page. What is read stays, even if the rest fails.'}
        </p>
        <Button kind="plain" busy={stop.isPending} disabled={stopping} onClick={() => stop.mutate()}>
          Stop
        </Button>
      </div>
    </article>
  )
}
