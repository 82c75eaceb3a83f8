import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { earlierQuery } from './queries'
import styles from './weekly.module.css'
import { type WeeklyKey, weekName } from './words'

const EXACTLY = { exact: true, includeSearch: true }

interface Props {
  list: WeeklyKey
}

/** This week and the weeks before whose lists are kept. */
export function EarlierWeeks({ list }: Props) {
  const { data: weeks = [] } = useQuery(earlierQuery)
  if (!weeks.length) return null
  const search = list === 'discover' ? {} : { list }
  return (
    <section>
      <h2 className="head">Weeks</h2>
      <ul className={styles.leads}>
        <li>
          <Link to="/weekly" search={search} className="small name" activeOptions={EXACTLY}>
            This week
          </Link>
        </li>
        {weeks.map(({ week }) => (
          <li key={week}>
            <Link to="/weekly" search={{ ...search, week }} className="small name" activeOptions={EXACTLY}>
              {weekName(week)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
