import styles from './import.module.css'

/** How far something is, in per cent; null where the end is not known. */
export const Meter = ({ label, value }: { label: string; value: number | null }) => (
  <div
    className={`${styles.meter} ${value === null ? styles.passing : ''}`}
    role="progressbar"
    aria-label={label}
    aria-valuemin={0}
    aria-valuemax={100}
    {...(value === null ? {} : { 'aria-valuenow': value })}
  >
    <b {...(value === null ? {} : { style: { width: `${value}%` } })} />
  </div>
)
