import { useMantineColorScheme } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { ChipRadios } from '@/components/chip/Chip'
import { Controls } from './gallery/Controls'
import styles from './gallery/Gallery.module.css'
import { Music } from './gallery/Music'
import { States } from './gallery/States'

const Data = lazy(() => import('./gallery/Data'))
const Dials = lazy(() => import('./gallery/Dials'))
const Forms = lazy(() => import('./gallery/Forms'))

const SCHEMES = [
  { value: 'auto', name: 'As the device' },
  { value: 'light', name: 'Light' },
  { value: 'dark', name: 'Dark' },
] as const

/** Every shared component in all its states, for tests and for whoever changes one. Nothing links here. */
export function GalleryPage() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <>
      <div className={styles.top}>
        <h1 className="title">Gallery</h1>
        <ChipRadios label="Colours" options={SCHEMES} value={colorScheme} onChange={setColorScheme} />
      </div>
      <Music />
      <Controls />
      <Suspense>
        <Dials />
        <Data />
        <Forms />
      </Suspense>
      <States />
    </>
  )
}
