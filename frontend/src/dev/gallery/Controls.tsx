import { IconHeart, IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { Badge } from '@/components/badge/Badge'
import { Button, ButtonLink } from '@/components/button/Button'
import { IconButton } from '@/components/button/IconButton'
import { Chip, ChipRadios } from '@/components/chip/Chip'
import { Field } from '@/components/field/Field'
import { PasswordField } from '@/components/field/PasswordField'
import { PopoverOrSheet, Sheet } from '@/components/sheet/Sheet'
import { Tick } from '@/components/tick/Tick'
import { showToast } from '@/components/toast/toasts'
import styles from './Gallery.module.css'
import { Part, State } from './Part'

const MODES = [
  { value: 'balanced', name: 'Balanced' },
  { value: 'deep', name: 'Deep cuts' },
] as const

export function Controls() {
  const [mode, setMode] = useState<'balanced' | 'deep'>('balanced')
  return (
    <>
      <Part name="Button">
        {(['solid', 'outline', 'plain', 'danger'] as const).map((kind) => (
          <State key={kind} name={kind}>
            <div className={styles.row}>
              <Button kind={kind}>Press</Button>
              <Button kind={kind} icon={<IconRefresh size={20} stroke={1.6} />}>
                With icon
              </Button>
              <Button kind={kind} busy>
                Busy now
              </Button>
              <Button kind={kind} disabled>
                Disabled
              </Button>
            </div>
          </State>
        ))}
        <State name="as a link">
          <ButtonLink to="/dev/gallery">Gallery</ButtonLink>
        </State>
        <State name="icon: plain, pressed, disabled">
          <div className={styles.row}>
            {[{}, { 'aria-pressed': true }, { disabled: true }].map((state, i) => (
              <IconButton key={Object.keys(state)[0] ?? 'plain'} label={`Like ${i + 1}`} {...state}>
                <IconHeart size={20} stroke={1.6} />
              </IconButton>
            ))}
          </div>
        </State>
      </Part>
      <Part name="Chip, badge, tick">
        <State name="off and on">
          <div className={styles.row}>
            <Chip aria-pressed={false}>Acoustic</Chip>
            <Chip aria-pressed={true}>Loud</Chip>
          </div>
        </State>
        <State name="one of several">
          <ChipRadios label="Mode" options={MODES} value={mode} onChange={setMode} />
        </State>
        <State name="badges">
          <div className={styles.row}>
            <Badge>new</Badge>
            <Badge flat>by its sound</Badge>
          </div>
        </State>
        <State name="tick: off, on, disabled">
          <Tick>Keep my likes</Tick>
          <Tick defaultChecked>Keep my likes</Tick>
          <Tick disabled>Keep my likes</Tick>
        </State>
      </Part>
      <Part name="Field">
        <State name="empty, with a hint" wide>
          <Field label="Name" placeholder="What others see" hint="You can change it later." />
        </State>
        <State name="error" wide>
          <Field label="Email" defaultValue="ada" error="Add the part after the @." />
        </State>
        <State name="disabled" wide>
          <Field label="Email" defaultValue="ada@example.org" disabled />
        </State>
        <State name="password" wide>
          <PasswordField label="Password" defaultValue="a long phrase" />
        </State>
      </Part>
      <Floating />
    </>
  )
}

function Floating() {
  const [sheet, setSheet] = useState(false)
  const [pop, setPop] = useState(false)
  const say = () =>
    showToast({
      text: '“Slow Balcony” will not come back.',
      undo: () => {},
      also: { label: 'Never this song', run: () => {} },
    })
  return (
    <Part name="Toast, sheet, popover">
      <State name="toast with two actions">
        <Button onClick={say}>Show a toast</Button>
      </State>
      <State name="sheet">
        <Button onClick={() => setSheet(true)}>Open the sheet</Button>
        <Sheet
          opened={sheet}
          onClose={() => setSheet(false)}
          title="Sheet"
          foot={
            <Button kind="solid" onClick={() => setSheet(false)}>
              Done
            </Button>
          }
        >
          <p>What stands in a sheet.</p>
        </Sheet>
      </State>
      <State name="popover (a sheet on phones)">
        <PopoverOrSheet
          opened={pop}
          onClose={() => setPop(false)}
          title="Popover"
          target={<Button onClick={() => setPop(!pop)}>Open the popover</Button>}
        >
          <Button onClick={() => setPop(false)}>Close</Button>
        </PopoverOrSheet>
      </State>
    </Part>
  )
}
