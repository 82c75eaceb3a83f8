import '@mantine/core/styles/default-css-variables.css'
import '@mantine/core/styles/global.css'
import '@fontsource-variable/instrument-sans/wght.css'
import './app/mantine.css'
import './app/tokens.css'
import './app/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
