import type { ErrorComponentProps } from '@tanstack/react-router'
import { noAnswer, Problem } from '@/api/problem'
import { Failure } from '@/components/states/Failure'
import styles from './Shell.module.css'

const NOT_LOADED = /preload CSS|dynamically imported module|module script/

/** A page that threw: the same words as for a failed request, with a way to try again. Code that did not load is a
 * server that cannot be reached; the browser remembers the failure, so that only loading the page anew helps. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const notLoaded = !(error instanceof Problem) && NOT_LOADED.test(String(error))
  return (
    <div className={`${styles.page} ${styles.failed}`}>
      <Failure error={notLoaded ? noAnswer() : error} retry={notLoaded ? () => window.location.reload() : reset} />
    </div>
  )
}
