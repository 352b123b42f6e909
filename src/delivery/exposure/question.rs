/// What is asked of logs.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The flag whose exposures count.
    pub flag: String,
    /// What is measured.
    pub metrics: Vec<LoggedMetric>,
    /// Exposures before this epoch millisecond are passed over.
    pub from_ms: Option<i64>,
    /// Exposures and events from this epoch millisecond on are passed over.
    pub until_ms: Option<i64>,
    /// Events count up to so many milliseconds behind the exposure; for ever unless given.
    pub window_ms: Option<i64>,
    /// The attribute by whose values units are told apart.
    pub segment: Option<String>,
    /// The attribute that is the unit, where exposures have different ones.
    pub by: Option<String>,
    /// At how many moments everything is added up; the last one has it all.
    pub looks: usize,
    /// So many lines may be beyond reading; unless given, 100 and one in a thousand.
    pub most_bad_lines: Option<u64>,
}

/// A metric, made of events by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedMetric {
    /// The metric's name.
    pub name: String,
    /// How its values come from events.
    pub kind: LoggedKind,
}

/// How the value of a unit comes from its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoggedKind {
    /// 1 for units that had the event with a value above 0, else 0.
    Proportion {
        /// The event's name.
        event: String,
    },
    /// The sum of the event's values; 0 for units that had none.
    Mean {
        /// The event's name.
        event: String,
    },
    /// One such sum divided by another.
    Ratio {
        /// The name of the event above the line.
        numerator: String,
        /// The name of the event below it.
        denominator: String,
    },
}

impl Question {
    /// Asks who was exposed to a flag, and for nothing else.
    pub fn new(flag: impl Into<String>) -> Self {
        Self {
            flag: flag.into(),
            metrics: Vec::new(),
            from_ms: None,
            until_ms: None,
            window_ms: None,
            segment: None,
            by: None,
            looks: 1,
            most_bad_lines: None,
        }
    }

    /// The names of all events that count, each once, and whether their values may be negative.
    pub(super) fn events(&self) -> Vec<(&str, bool)> {
        let mut events: Vec<(&str, bool)> = Vec::new();
        for metric in &self.metrics {
            let (first, second) = match &metric.kind {
                LoggedKind::Proportion { event } => ((event, false), None),
                LoggedKind::Mean { event } => ((event, true), None),
                LoggedKind::Ratio {
                    numerator,
                    denominator,
                } => ((numerator, true), Some((denominator, false))),
            };
            for (event, negative) in [Some(first), second].into_iter().flatten() {
                match events.iter_mut().find(|(name, _)| name == event) {
                    Some((_, allowed)) => *allowed &= negative,
                    None => events.push((event, negative)),
                }
            }
        }
        events
    }
}
