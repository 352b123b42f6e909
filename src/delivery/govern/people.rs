use crate::model::{Governance, Person};

/// The people of a project by what others call them.
#[derive(Debug, Clone, Copy)]
pub struct People<'g> {
    governance: &'g Governance,
}

impl<'g> People<'g> {
    /// Those that a project names.
    pub fn of(governance: &'g Governance) -> Self {
        Self { governance }
    }

    /// Who a commit, a trailer, a forge or a command means: by address, as `Ben <ben@example.com>` or alone, by login, or
    /// by the name that the project has for them.
    ///
    /// A name counts only of people without a login: whoever calls themselves `ben` at a forge is not yet the project's `ben`.
    pub fn find(&self, said: &str) -> Option<&'g str> {
        let said = said.trim();
        let address = said
            .strip_suffix('>')
            .and_then(|said| said.rsplit_once('<'))
            .map(|(_, address)| address.trim());
        let mut people = self.governance.people.iter();
        let is_meant = |name: &str, person: &Person| {
            let has_address = |address: &str| {
                let mut emails = person.emails.iter();
                emails.any(|email| email.value.eq_ignore_ascii_case(address))
            };
            match (address, &person.login) {
                (Some(address), _) => has_address(address),
                (None, Some(login)) => login.value.eq_ignore_ascii_case(said) || has_address(said),
                (None, None) => name == said || has_address(said),
            }
        };
        people
            .find(|(name, person)| is_meant(&name.value, person))
            .map(|(name, _)| name.value.as_str())
    }

    /// Who somebody at this machine means: the project's own names go before everything else.
    pub fn find_here(&self, said: &str) -> Option<&'g str> {
        let mut people = self.governance.people.iter();
        let named = people.find(|(name, _)| name.value == said.trim());
        named
            .map(|(name, _)| name.value.as_str())
            .or_else(|| self.find(said))
    }

    /// The different people that a file names, as [`Self::find_here`] has it: by the project's names, each once. Where the project
    /// names anybody, those whom it does not name are nobody; where it names none, everybody is somebody.
    pub fn different(&self, said: &[String]) -> Vec<String> {
        let mut found: Vec<&str> = Vec::new();
        for said in said {
            let name = match self.are_none() {
                true => Some(said.trim()),
                false => self.find_here(said),
            };
            found.extend(name.filter(|name| !found.contains(name)));
        }
        found.into_iter().map(str::to_owned).collect()
    }

    /// Does the project have a name for somebody?
    pub(super) fn has(&self, name: &str) -> bool {
        self.governance.person(name).is_some()
    }

    /// Does the project name nobody?
    pub(super) fn are_none(&self) -> bool {
        self.governance.people.is_empty()
    }

    /// The project's names for them.
    pub(super) fn names(&self) -> impl Iterator<Item = &'g str> + use<'g> {
        self.governance.people.iter().map(|(name, _)| name.value.as_str())
    }

    /// The keys of somebody.
    pub(super) fn keys(&self, name: &str) -> impl Iterator<Item = &'g [u8; 32]> + use<'g> {
        let person = self.governance.person(name);
        person
            .into_iter()
            .flat_map(|person| &person.keys)
            .map(|key| &key.value)
    }
}
