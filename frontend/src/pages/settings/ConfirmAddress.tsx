import { useMutation } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { asProblem } from '@/api/problem'
import { showToast } from '@/components/toast/toasts'
import styles from './ConfirmAddress.module.css'

/** "Not confirmed", with a way to get the mail again. */
export function ConfirmAddress() {
  const ask = useMutation({
    mutationFn: () => data(api.POST('/v1/me/verification')),
    onSuccess: () => showToast({ text: 'A mail with a link is on its way.' }),
    onError: (error) => showToast({ text: asProblem(error).message }),
  })
  return (
    <>
      Not confirmed.{' '}
      <button type="button" className={styles.words} disabled={ask.isPending} onClick={() => ask.mutate()}>
        Send the link
      </button>
    </>
  )
}
