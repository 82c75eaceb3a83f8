import { cloneElement, lazy, type ReactElement, Suspense, useState } from 'react'

const ItemMenu = lazy(() => import('./ItemMenu'))

export interface MenuItem {
  /** Where two items may have one name. */
  key?: string
  name: string
  /** What a file form is for, or which songs; stands at the end, dimmed. */
  detail?: string
  run: () => void
  disabled?: boolean
}

interface Props {
  label: string
  /** The button that opens it. */
  target: ReactElement<{ onClick?: () => void }>
  items: readonly MenuItem[]
  /** The first press: what the items need can be asked. */
  onAsk?: () => void
}

/** A menu whose code comes with the first press on its button, and then is open. */
export function LazyMenu({ label, target, items, onAsk }: Props) {
  const [asked, setAsked] = useState(false)
  const ask = () => {
    onAsk?.()
    setAsked(true)
  }
  const waiting = cloneElement(target, { onClick: ask })
  if (!asked) return waiting
  return (
    <Suspense fallback={waiting}>
      <ItemMenu label={label} target={target} items={items} />
    </Suspense>
  )
}
