import { IconChartBar, IconHeart, IconHome, IconSearch } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import styles from './BottomTabs.module.css'
import { SegueIcon } from './Mark'

/** The five places of the phone. */
export function BottomTabs() {
  const exact = { exact: true, includeSearch: false }
  const anySearch = { includeSearch: false }
  return (
    <nav aria-label="Main" className={styles.tabs}>
      <Link to="/" activeOptions={exact}>
        <IconHome size={22} stroke={1.6} aria-hidden="true" />
        Home
      </Link>
      <Link to="/search" activeOptions={anySearch}>
        <IconSearch size={22} stroke={1.6} aria-hidden="true" />
        Search
      </Link>
      <Link to="/recommend" activeOptions={anySearch}>
        <SegueIcon />
        Recommend
      </Link>
      <Link to="/liked" activeOptions={anySearch}>
        <IconHeart size={22} stroke={1.6} aria-hidden="true" />
        Liked
      </Link>
      <Link to="/report" activeOptions={anySearch}>
        <IconChartBar size={22} stroke={1.6} aria-hidden="true" />
        Report
      </Link>
    </nav>
  )
}
