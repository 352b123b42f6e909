use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// Numbers for what is the same again and again, from 0, shared by threads.
#[derive(Debug)]
pub(super) struct Names<T> {
    shared: Mutex<(HashMap<T, u32, RandomState>, Vec<T>)>,
    most: usize,
}

/// What one thread knows of them.
#[derive(Debug)]
pub(super) struct Known<'n, T> {
    names: &'n Names<T>,
    numbers: HashMap<Box<[u8]>, u32, RandomState>,
}

impl<T: Clone + Eq + Hash> Names<T> {
    /// Starts without names, of which there may be so many.
    pub(super) fn new(most: usize) -> Self {
        Self {
            shared: Mutex::default(),
            most,
        }
    }

    pub(super) fn known(&self) -> Known<'_, T> {
        Known {
            names: self,
            numbers: HashMap::default(),
        }
    }

    /// All names, in the order of their numbers.
    pub(super) fn all(self) -> Vec<T> {
        self.shared.into_inner().unwrap_or_else(PoisonError::into_inner).1
    }

    /// The number of a name; nothing when it would be one too many.
    fn number(&self, name: T) -> Option<u32> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let (numbers, names) = &mut *shared;
        if let Some(number) = numbers.get(&name) {
            return Some(*number);
        }
        if names.len() >= self.most {
            return None;
        }
        let number = names.len() as u32;
        names.push(name.clone());
        numbers.insert(name, number);
        Some(number)
    }
}

impl<T: Clone + Eq + Hash> Known<'_, T> {
    /// The number of the name that `key` stands for; nothing when it would be one too many.
    pub(super) fn number(&mut self, key: &[u8], name: impl FnOnce() -> T) -> Option<u32> {
        if let Some(number) = self.numbers.get(key) {
            return Some(*number);
        }
        let number = self.names.number(name())?;
        self.numbers.insert(key.into(), number);
        Some(number)
    }
}
