import { useMutation } from '@tanstack/react-query'
import { announce } from '@/components/announcer/announce'
import { Button } from '@/components/button/Button'
import { Failure } from '@/components/states/Failure'
import { showToast } from '@/components/toast/toasts'
import { counted } from '@/words/dates'
import { keepAll } from './added'
import styles from './import.module.css'

/** Keeps every song of a file that nothing in the catalogue comes near. */
export function KeepAll({ of }: { of: string }) {
  const keep = useMutation({
    mutationFn: () => keepAll(of),
    onSuccess: (rows) => {
      announce(`${counted(rows, 'entry', 'entries')} kept.`)
      showToast({ text: `${counted(rows, 'entry', 'entries')} kept. Only you see these songs.` })
    },
  })
  return (
    <div className={styles.keep}>
      <p className="small soft">
        Songs that nothing here comes near can be kept as they are: with their plays, and for you alone.
      </p>
      <Button busy={keep.isPending} onClick={() => keep.mutate()}>
        Keep them all
      </Button>
      {keep.error ? <Failure error={keep.error} what="Not all of them were kept." /> : null}
    </div>
  )
}
