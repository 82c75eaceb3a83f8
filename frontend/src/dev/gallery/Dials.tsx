import { useState } from 'react'
import { Dial } from '@/components/dial/Dial'
import { RangeDial } from '@/components/dial/RangeDial'
import { Switch } from '@/components/switch/Switch'
import { Part, State } from './Part'

/** Dials and switches. */
export default function Dials() {
  const [value, setValue] = useState(70)
  const [range, setRange] = useState<[number, number]>([90, 140])
  const [on, setOn] = useState(true)
  return (
    <Part name="Dial and switch">
      <State name="dial" wide>
        <Dial
          label="Newness"
          low="Familiar"
          high="New"
          value={value}
          word={(at) => (at > 50 ? 'Newer' : 'More familiar')}
          onChange={setValue}
        />
      </State>
      <State name="range" wide>
        <RangeDial
          label="Tempo"
          min={60}
          max={200}
          step={1}
          low={range[0]}
          high={range[1]}
          words={(low, high) => `${low} to ${high} BPM`}
          onChange={(low, high) => setRange([low, high])}
        />
      </State>
      <State name="switch: on and off, disabled" wide>
        <Switch label="Single keys" hint="It acts at once." checked={on} onChange={setOn} />
        <Switch label="Monthly report" checked={false} onChange={() => {}} disabled />
      </State>
    </Part>
  )
}
