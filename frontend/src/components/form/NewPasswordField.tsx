import type { ComponentProps } from 'react'
import type { Field } from '@/components/field/Field'
import { PasswordField } from '@/components/field/PasswordField'
import styles from './NewPasswordField.module.css'
import { SHORTEST, strengthOf } from './passwordStrength'

interface Props extends ComponentProps<typeof Field> {
  value: string
  /** What a guesser knows of the person. */
  known?: readonly string[]
}

/** A new password: its strength as four bars and in words. */
export function NewPasswordField({ value, known = [], ...rest }: Props) {
  const { bars, word } = strengthOf(value, known)
  return (
    <div>
      <PasswordField
        hint={`At least ${SHORTEST} characters. Three or four words are easy to keep.`}
        {...rest}
        value={value}
        autoComplete="new-password"
      />
      <div className={styles.bars} role="img" aria-label={`Strength: ${value ? word : 'nothing yet'}`}>
        {[1, 2, 3, 4].map((bar) => (
          <i key={bar} data-on={bar <= bars || undefined} />
        ))}
      </div>
      {value ? <p className={`micro dim ${styles.word}`}>Strength: {word}</p> : null}
    </div>
  )
}
