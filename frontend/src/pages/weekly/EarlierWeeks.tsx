import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { earlierQuery } from './queries'
import styles from './weekly.module.css'
import { type WeeklyKey, weekName } from './words'

interface Props {
  list: WeeklyKey
  /** The week that is shown; none = this week. */
  shown: string | undefined
}

/** This week and the weeks before whose lists are kept. */
export function EarlierWeeks({ list, shown }: Props) {
  const { data: weeks = [] } = useQuery(earlierQuery)
  if (!weeks.length) return null
  const search = list === 'discover' ? {} : { list }
  const here = (week: string | undefined) => (week === shown ? { 'aria-current': 'true' as const } : {})
  return (
    <section>
      <h2 className="head">Weeks</h2>
      <ul className={styles.leads}>
        <li>
          <Link to="/weekly" search={search} className="small name" {...here(undefined)}>
            This week
          </Link>
        </li>
        {weeks.map(({ week }) => (
          <li key={week}>
            <Link to="/weekly" search={{ ...search, week }} className="small name" {...here(week)}>
              {weekName(week)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
