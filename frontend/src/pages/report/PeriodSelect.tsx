import { IconChevronDown } from '@tabler/icons-react'
import { useId } from 'react'
import { periodChoices } from './period'
import styles from './report.module.css'

/** The time a report is about, as an outline select. */
export function PeriodSelect({ chosen, onChoose }: { chosen: string; onChoose: (period: string) => void }) {
  const id = useId()
  return (
    <div className={styles.select}>
      <label htmlFor={id} className="sr">
        Songs liked in
      </label>
      <select id={id} value={chosen} onChange={(event) => onChoose(event.target.value)}>
        {periodChoices(new Date(), chosen).map(({ value, name }) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
      <IconChevronDown size={18} stroke={1.6} aria-hidden="true" />
    </div>
  )
}
