import { useMutation } from '@tanstack/react-query'
import { Button } from '@/components/button/Button'
import styles from './import.module.css'
import { Meter } from './Meter'
import { type Import, percent, sentOf } from './parts'
import { deleteImport, dropImport } from './queries'
import { notRemoved } from './removal'

/** An upload that broke off when its window was closed: how far it came, and how it goes on. */
export function LeftUpload({ view }: { view: Import }) {
  const remove = useMutation({
    mutationFn: () => deleteImport(view.id),
    onSuccess: () => dropImport(view.id),
    onError: (error) => notRemoved(error, () => dropImport(view.id)),
  })
  const size = view.size ?? 0
  return (
    <article className={styles.job} aria-label={`Unfinished upload of ${view.name}`}>
      <div className={styles.jobHead}>
        <h3 className="name">
          <bdi>{view.name || 'A file without a name'}</bdi>
        </h3>
        <p className="small num soft">{sentOf(view.received, size)} sent</p>
      </div>
      <Meter label={`${view.name} sent`} value={percent(view.received, size)} />
      <div className={styles.foot}>
        <p className="small soft">It broke off. Choose the same file again and it goes on from there.</p>
        <Button kind="plain" busy={remove.isPending} onClick={() => remove.mutate()}>
          Remove
        </Button>
      </div>
    </article>
  )
}
