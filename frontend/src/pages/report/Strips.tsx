import type { Report } from '@/api/types'
import { ChartFrame } from '@/charts/ChartFrame'
import { FeatureStrip } from '@/charts/FeatureStrip'
import { Interval } from '@/charts/Interval'
import { Legend } from '@/charts/Legend'
import { figure } from '@/charts/words'
import parts from './parts.module.css'
import { byStrength, featureName, featureSays, isClaim } from './sentences'
import { featureTable } from './tables'

type Feature = Report['features'][number]

/** Each audio feature as a strip: your songs, the catalogue's, and how often one of yours beats a random song. */
export function Strips({ features }: { features: Report['features'] }) {
  const sorted = byStrength(features)
  return (
    <ChartFrame
      title="How your songs sound"
      table={featureTable(sorted)}
      says="The number is how often one of your songs beats a song drawn at random from the catalogue. A listener who liked at random would read 50 everywhere."
    >
      <Legend
        items={[
          ['bar', 'your songs'],
          ['line', 'catalogue'],
          ['needle', 'your median'],
          ['interval', '95% interval'],
        ]}
      />
      {sorted.map((feature) => (
        <Strip key={feature.name} feature={feature} />
      ))}
    </ChartFrame>
  )
}

function Strip({ feature }: { feature: Feature }) {
  const { name, superiority, ci, claim, median, n } = feature
  const claimed = isClaim(claim)
  const decimals = feature.unit === '0 to 1' ? 2 : 1
  const medians = `median ${figure(median, decimals)}, in the catalogue ${figure(feature.catalogue_median, decimals)}`
  return (
    <div className={parts.strip}>
      <div>
        <h3 className="small name">{featureName(name)}</h3>
        <p className={`micro ${claimed ? 'soft' : 'dim'}`}>{featureSays(feature)}</p>
      </div>
      <div className={parts.stripChart}>
        <FeatureStrip
          label={`${featureName(name)} of ${n} songs: ${featureSays(feature)}, ${medians}.`}
          yours={feature.hist}
          catalogue={feature.catalogue_hist}
          low={feature.low}
          high={feature.high}
          median={median}
          claimed={claimed}
        />
      </div>
      {typeof superiority === 'number' ? (
        <Interval value={superiority} interval={ci as readonly number[] | null | undefined} claimed={claimed} />
      ) : (
        <span className="micro dim">–</span>
      )}
    </div>
  )
}
