import { IconCompass, IconLasso, IconMinus, IconPlus } from '@tabler/icons-react'
import { IconButton } from '@/components/button/IconButton'
import styles from './map.module.css'

interface Props {
  drawing: boolean
  onDrawing: (drawing: boolean) => void
  onZoom: (factor: number) => void
  onReset: () => void
}

const STEP = 1.6

/** Lasso, closer, further, everything. */
export function MapTools({ drawing, onDrawing, onZoom, onReset }: Props) {
  return (
    <div className={styles.tools} data-keep="">
      <IconButton label="Draw around songs" aria-pressed={drawing} onClick={() => onDrawing(!drawing)}>
        <IconLasso size={20} stroke={1.6} />
      </IconButton>
      <IconButton label="Closer" onClick={() => onZoom(STEP)}>
        <IconPlus size={20} stroke={1.6} />
      </IconButton>
      <IconButton label="Further" onClick={() => onZoom(1 / STEP)}>
        <IconMinus size={20} stroke={1.6} />
      </IconButton>
      <IconButton label="Show everything" onClick={onReset}>
        <IconCompass size={20} stroke={1.6} />
      </IconButton>
    </div>
  )
}
