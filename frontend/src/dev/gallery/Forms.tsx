import { useState } from 'react'
import { Problem } from '@/api/problem'
import { FormFaults } from '@/components/form/FormFaults'
import { NewPasswordField } from '@/components/form/NewPasswordField'
import { OneBox } from '@/components/one-box/OneBox'
import { Degraded } from '@/components/states/Degraded'
import { Part, State } from './Part'
import { TRACKS } from './tracks'

const REFUSED = new Problem({ title: 'Sign-in failed', detail: 'Mail address and password do not match.' }, 401)
const nothing = () => {}

/** The song box in its frames, forms that were refused, and notes on what an answer lacks. */
export default function Forms() {
  const [password, setPassword] = useState('quiet brass')
  return (
    <>
      <Part name="Song box">
        <State name="large, empty" wide>
          <OneBox label="Name a song" placeholder="Title, artist or a mood" onTrack={nothing} onMood={nothing} />
        </State>
        <State name="compact, with a song, a mood" wide>
          <OneBox label="Add one more" placeholder="Add more" frame="compact" seeds={[TRACKS.long]} onTrack={nothing} />
          <OneBox label="Add to a mood" placeholder="Add more" frame="compact" mood="rainy sunday" onTrack={nothing} />
        </State>
        <State name="compact, songs awaited; floating" wide>
          <OneBox label="Add to songs" placeholder="Add more" frame="compact" awaited={2} onTrack={nothing} />
          <OneBox label="Fly to" placeholder="Fly to a song or artist" frame="floating" onTrack={nothing} />
        </State>
      </Part>
      <Part name="Form">
        <State name="new password" wide>
          <NewPasswordField
            label="New password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </State>
        <State name="refused by the server" wide>
          <FormFaults form={{ faults: [], problem: REFUSED }} />
        </State>
      </Part>
      <Part name="What an answer lacks">
        {['index_unavailable', 'taste_stale', 'catalog_unavailable'].map((code) => (
          <State key={code} name={code} wide>
            <Degraded code={code} />
          </State>
        ))}
      </Part>
    </>
  )
}
