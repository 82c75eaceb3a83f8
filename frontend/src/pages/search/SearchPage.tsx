import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { PopularHere } from './PopularHere'
import { Results } from './Results'
import { SearchBox } from './SearchBox'

const SETTLE_MS = 200

/** Songs and artists by name as they are typed; the address holds what was looked for. */
export function SearchPage() {
  const { q = '' } = useSearch({ from: '/search' })
  const navigate = useNavigate({ from: '/search' })
  const [text, setText] = useState(q)
  useEffect(() => setText((now) => (now.trim() === q ? now : q)), [q])
  useEffect(() => {
    const wanted = text.trim()
    if (wanted === q) return undefined
    const go = () => void navigate({ search: (old) => ({ ...old, q: wanted || undefined }), replace: true })
    const timer = window.setTimeout(go, SETTLE_MS)
    return () => window.clearTimeout(timer)
  }, [text, q, navigate])
  return (
    <>
      <h1 className="sr">Search</h1>
      <SearchBox text={text} onText={setText} />
      {q ? <Results q={q} onClear={() => setText('')} /> : <PopularHere />}
    </>
  )
}
