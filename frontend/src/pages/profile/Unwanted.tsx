import { DoesNotCount } from './DoesNotCount'
import { Muted } from './Muted'
import styles from './unwanted.module.css'

/** What the person never wants to hear, and what says nothing about them. */
export const Unwanted = () => (
  <div className={styles.halves}>
    <Muted />
    <DoesNotCount />
  </div>
)
