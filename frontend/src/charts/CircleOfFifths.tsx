import styles from './charts.module.css'
import { type KeySector, type KeyShare, SIZE, sectors } from './circleOfFifths'

/** 24 keys: darker the more often than in the catalogue, the home key washed and ringed. */
export function CircleOfFifths({ keys, label }: { keys: readonly KeyShare[]; label: string }) {
  const drawn = sectors(keys)
  const home = drawn.find((sector) => sector.home)
  const half = SIZE / 2
  return (
    <svg
      className={`${styles.chart} ${styles.circle}`}
      viewBox={`${-half} ${-half} ${SIZE} ${SIZE}`}
      role="img"
      aria-label={label}
    >
      {drawn.map((sector) => (
        <Sector key={`${sector.key.key}-${sector.key.mode}`} sector={sector} />
      ))}
      {home ? <path d={home.path} className={styles.homeRing} /> : null}
      {home ? (
        <>
          <text y="-4" className={styles.homeName}>
            {home.long}
          </text>
          <text y="16" className={styles.keyMinor}>
            home key
          </text>
        </>
      ) : null}
    </svg>
  )
}

function Sector({ sector }: { sector: KeySector }) {
  const { path, outline, text, ink, sure, home, name, key } = sector
  return (
    <>
      <path d={path} className={home ? styles.home : styles.sector} fillOpacity={home ? 1 : ink} />
      {sure ? null : <path d={outline} className={styles.unsure} />}
      <text
        x={text[0].toFixed(1)}
        y={(text[1] + 5).toFixed(1)}
        className={key.mode === 1 ? styles.keyMajor : styles.keyMinor}
        data-sure={sure || undefined}
        data-home={home || undefined}
      >
        {name}
      </text>
    </>
  )
}
