import type { Report, Schemas } from '@/api/types'
import { ChartFrame } from '@/charts/ChartFrame'
import { CircleOfFifths } from '@/charts/CircleOfFifths'
import { FEWEST_OF_KEY } from '@/charts/circleOfFifths'
import { Legend } from '@/charts/Legend'
import { MoodPlane } from '@/charts/MoodPlane'
import { TempoBars } from '@/charts/TempoBars'
import { percent } from '@/charts/words'
import { capital } from '@/words/numbers'
import parts from './parts.module.css'
import styles from './report.module.css'
import { cornerName, keysSay, moodSays, tempoSays } from './sentences'
import { keyTable, moodTable, tempoTable } from './tables'

export function KeysPart({ keys }: { keys: Report['keys'] }) {
  const says = keysSay(keys)
  const n = keys.reduce((all, key) => all + key.n, 0)
  return (
    <ChartFrame
      title="Keys"
      says={says}
      table={keyTable(keys)}
      foot={
        <p className={`micro dim ${styles.foot}`}>
          By {n} songs. Stronger means more often than in the catalogue. Outlined keys have fewer than {FEWEST_OF_KEY}{' '}
          songs and make no claim.
        </p>
      }
    >
      <CircleOfFifths keys={keys} label={`Circle of fifths: ${says}`} />
    </ChartFrame>
  )
}

export function MoodPart({ mood }: { mood: Report['mood'] }) {
  const says = moodSays(mood.shares)
  const point = (of: Record<string, number>) => ({ valence: of.valence ?? 0.5, energy: of.energy ?? 0.5 })
  return (
    <ChartFrame
      title="Mood"
      says={says}
      table={moodTable(mood)}
      foot={
        <Legend
          items={[
            ['cell', `your songs (${mood.n}), larger where more are`],
            ['median', 'your median'],
          ]}
        />
      }
    >
      <Corners shares={mood.shares} names={['dark_intense', 'bright_lively']} />
      <MoodPlane
        label={`Your songs on a plane of mood and energy, against the catalogue’s medians: ${says}`}
        bins={mood.bins}
        reference={point(mood.reference)}
        median={mood.median ? point(mood.median) : null}
      />
      <Corners shares={mood.shares} names={['dark_calm', 'bright_calm']} />
      <p className="micro dim">
        The cross is the catalogue’s middle. Energy rises upwards, mood brightens to the right.
      </p>
    </ChartFrame>
  )
}

type Corner = Schemas['Quadrant']['name']

function Corners({ shares, names }: { shares: Report['mood']['shares']; names: readonly [Corner, Corner] }) {
  const share = (name: Corner) => shares.find((quadrant) => quadrant.name === name)?.share ?? 0
  return (
    <div className={parts.corners}>
      {names.map((name) => (
        <p key={name}>
          <b className="num">{percent(share(name))}</b> {capital(cornerName(name))}
        </p>
      ))}
    </div>
  )
}

export function TempoPart({ tempo }: { tempo: Report['tempo'] }) {
  const says = tempoSays(tempo)
  return (
    <ChartFrame
      title="Tempo"
      says={says}
      table={tempoTable(tempo)}
      foot={
        <Legend
          items={[
            ['bar', `your songs (${tempo.n})`],
            ['line', 'catalogue'],
            ['needle', 'your median'],
            ['band', 'half of your songs'],
          ]}
        />
      }
    >
      <TempoBars
        label={`Tempo: ${says}`}
        bins={tempo.bins}
        median={tempo.median}
        band={tempo.band as readonly number[] | null | undefined}
      />
    </ChartFrame>
  )
}
