import { useId, useState } from 'react'
import { Button } from '@/components/button/Button'
import { Field } from '@/components/field/Field'
import { FormFaults } from '@/components/form/FormFaults'
import { emptyFault, useForm } from '@/components/form/useForm'
import styles from './playlists.module.css'

interface Props {
  name?: string
  description?: string
  /** What the button says: "Make it". */
  words: string
  onSave: (name: string, description: string) => Promise<unknown>
  onClose: () => void
}

const NAME_LENGTH = 300
const DESCRIPTION_LENGTH = 2000

/** Name and description of a playlist, new or not. Escape closes it. */
export function DetailsForm({ name: before = '', description: had = '', words, onSave, onClose }: Props) {
  const form = useForm()
  const [name, setName] = useState(before)
  const [description, setDescription] = useState(had)
  const field = useId()
  const submit = () =>
    form.submit([emptyFault(field, name, 'Give it a name. It can be changed later.')], () =>
      onSave(name.trim(), description.trim()),
    )
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
    >
      <FormFaults form={form} />
      <Field
        id={field}
        label="Name"
        autoFocus
        maxLength={NAME_LENGTH}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={form.faultOf(field)}
      />
      <Field
        label="What it is for"
        hint="May be empty."
        maxLength={DESCRIPTION_LENGTH}
        value={description}
        onChange={(event) => setDescription(event.target.value)}
      />
      <div className={styles.actions}>
        <Button kind="solid" type="submit" busy={form.busy}>
          {words}
        </Button>
        <Button kind="plain" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
