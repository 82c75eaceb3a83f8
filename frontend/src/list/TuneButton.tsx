import { IconAdjustmentsHorizontal } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { Button } from '@/components/button/Button'
import type { ListState } from './state'

const TuneSheet = lazy(() => import('./TuneSheet'))

interface Props {
  state: ListState
  count: number
  onChange: (next: ListState, how?: { replace?: boolean }) => void
  className?: string
}

export function TuneButton({ state, count, onChange, className }: Props) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button
        className={className}
        icon={<IconAdjustmentsHorizontal size={20} stroke={1.6} aria-hidden="true" />}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        Tune
      </Button>
      <Suspense>
        {open ? <TuneSheet state={state} count={count} onChange={onChange} onClose={() => setOpen(false)} /> : null}
      </Suspense>
    </>
  )
}
