import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { Select } from '@/components/select/Select'
import styles from './LikedPage.module.css'
import { ORDERS, type Order } from './likes'

interface Props {
  filter: string
  order: Order
  onFilter: (filter: string) => void
  onOrder: (order: Order) => void
}

const SETTLE_MS = 150

/** What is looked for among the likes, and their order. */
export function FilterBar({ filter, order, onFilter, onOrder }: Props) {
  const [text, setText] = useState(filter)
  useEffect(() => {
    if (text.trim() === filter) return undefined
    const timer = window.setTimeout(() => onFilter(text.trim()), SETTLE_MS)
    return () => window.clearTimeout(timer)
  }, [text, filter, onFilter])
  return (
    <div className={styles.bar}>
      <label className={styles.filter}>
        <IconSearch size={20} stroke={1.6} aria-hidden="true" />
        <span className="sr">Find in liked songs</span>
        <input value={text} placeholder="Title or artist" onChange={(event) => setText(event.target.value)} />
      </label>
      <Select bar label="Order" options={ORDERS} value={order} onChange={(value) => onOrder(value as Order)} />
    </div>
  )
}
