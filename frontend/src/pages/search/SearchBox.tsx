import { IconSearch, IconX } from '@tabler/icons-react'
import { useRef } from 'react'
import { useShortcut } from '@/app/shortcuts'
import { IconButton } from '@/components/button/IconButton'
import styles from './SearchPage.module.css'

interface Props {
  text: string
  onText: (text: string) => void
}

/** The one field of the page; "/" comes back to it from anywhere. */
export function SearchBox({ text, onText }: Props) {
  const field = useRef<HTMLInputElement>(null)
  const focus = () => {
    field.current?.focus()
    field.current?.select()
    return true
  }
  useShortcut('search', focus)
  const clear = () => {
    onText('')
    field.current?.focus()
  }
  return (
    <search className={styles.box}>
      <IconSearch size={20} stroke={1.6} aria-hidden="true" />
      <input
        ref={field}
        type="text"
        inputMode="search"
        enterKeyHint="search"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={200}
        // biome-ignore lint/a11y/noAutofocus: who opens the search page came to type
        autoFocus
        value={text}
        placeholder="Title or artist"
        aria-label="Find a song or artist"
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && clear()}
      />
      {text ? (
        <IconButton label="Clear" onClick={clear}>
          <IconX size={20} stroke={1.6} />
        </IconButton>
      ) : null}
    </search>
  )
}
