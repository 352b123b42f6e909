import { CrowdPanel } from './view/crowd-panel.tsx'
import { DetailsPanel } from './view/details-panel.tsx'
import { FlagList } from './view/flag-list.tsx'
import { Header } from './view/header.tsx'
import { SubjectPanel } from './view/subject-panel.tsx'

export function App() {
  return (
    <>
      <Header />
      <main class="columns">
        <SubjectPanel />
        <FlagList />
        <DetailsPanel users={<CrowdPanel />} />
      </main>
    </>
  )
}
