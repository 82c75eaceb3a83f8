import { cloneElement, lazy, type ReactElement, Suspense, useState } from 'react'

const ItemMenu = lazy(() => import('./ItemMenu'))

export interface MenuItem {
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
}

/** A menu whose code comes with the first press on its button, and then is open. */
export function LazyMenu({ label, target, items }: Props) {
  const [asked, setAsked] = useState(false)
  const waiting = cloneElement(target, { onClick: () => setAsked(true) })
  if (!asked) return waiting
  return (
    <Suspense fallback={waiting}>
      <ItemMenu label={label} target={target} items={items} />
    </Suspense>
  )
}
