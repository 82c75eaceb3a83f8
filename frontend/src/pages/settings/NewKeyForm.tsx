import { useId, useState } from 'react'
import { api, data } from '@/api/client'
import type { Schemas } from '@/api/types'
import { Button } from '@/components/button/Button'
import { Field } from '@/components/field/Field'
import { FormFaults } from '@/components/form/FormFaults'
import { emptyFault, useForm } from '@/components/form/useForm'
import { Tick } from '@/components/tick/Tick'
import { type KeyScope, SCOPES } from './scopes'
import styles from './settings.module.css'

export function NewKeyForm({ done }: { done: (made: Schemas['ApiKeyMade']) => void }) {
  const form = useForm()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<KeyScope[]>(['recommend:read'])
  const [field, boxes] = [useId(), useId()]
  const toggle = (scope: KeyScope, on: boolean) =>
    setScopes(on ? [...scopes, scope] : scopes.filter((other) => other !== scope))
  const submit = async () => {
    const faults = [
      emptyFault(field, name, 'Name the program that will use it.'),
      scopes.length ? null : { field: boxes, text: 'Tick at least one thing that it may do.' },
    ]
    const make = async () => done(await data(api.POST('/v1/me/api-keys', { body: { name: name.trim(), scopes } })))
    await form.submit(faults, make)
  }
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <FormFaults form={form} />
      <Field
        id={field}
        label="What it is for"
        placeholder="Kitchen display"
        value={name}
        maxLength={100}
        onChange={(event) => setName(event.target.value)}
        error={form.faultOf(field)}
      />
      <fieldset id={boxes} tabIndex={-1}>
        <legend className="small name">What it may do</legend>
        {SCOPES.map(({ scope, more }) => (
          <div key={scope}>
            <Tick checked={scopes.includes(scope)} onChange={(event) => toggle(scope, event.target.checked)}>
              {more}
            </Tick>
          </div>
        ))}
      </fieldset>
      <Button kind="solid" type="submit" busy={form.busy}>
        Make the key
      </Button>
    </form>
  )
}
