import { IconFile } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { Button } from '@/components/button/Button'
import styles from './import.module.css'
import { addFiles } from './uploads'

const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

/** Takes files that are dropped anywhere on the page, or chosen. */
export function DropZone() {
  const over = useDrop()
  const input = useRef<HTMLInputElement>(null)
  return (
    <div className={`${styles.drop} ${over ? styles.over : ''}`}>
      <p className="name">{over ? 'Let go to read it' : 'Drop a file here'}</p>
      <p className="small soft">
        Listening history, playlists or likes: zip, JSON, CSV, M3U8, JSPF, XSPF. The name of the file does not matter.
      </p>
      <Button icon={<IconFile size={20} stroke={1.6} aria-hidden="true" />} onClick={() => input.current?.click()}>
        Choose a file
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to import"
        onChange={({ target }) => {
          addFiles(target.files ?? [])
          target.value = '' // the same file can be chosen again
        }}
      />
    </div>
  )
}

/** True while files are dragged over the page. Leaving one element for another inside it is no leaving. */
function useDrop(): boolean {
  const [over, setOver] = useState(false)
  useEffect(() => {
    const drag = (event: DragEvent) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      if (!event.relatedTarget) setOver(false)
    }
    const drop = (event: DragEvent) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      setOver(false)
      addFiles(event.dataTransfer?.files ?? [])
    }
    window.addEventListener('dragover', drag)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragover', drag)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
    }
  }, [])
  return over
}
