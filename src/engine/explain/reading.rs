use super::value::{attribute, grouped, plain};
use crate::engine::authored::moment;
use crate::engine::slots::{Attribute, Digits, Slot, Slots};
use crate::engine::version::VersionRange;
use crate::snapshot::{Condition, Literals, limits};

/// What there is to compare with: the context and the clock, in words.
pub(super) struct Reading<'x> {
    pub(super) slots: Slots<'x>,
    pub(super) now_ms: i64,
}

impl<'x> Reading<'x> {
    pub(super) fn now(&self) -> String {
        format!("now is {}", plain(&moment(self.now_ms)))
    }

    fn value(&self, number: u16) -> Attribute<'x> {
        self.slots.slot(usize::from(number)).value()
    }

    /// Where a unit landed, or why there is none.
    pub(super) fn landed(&self, attribute: u16, slot: Option<u32>) -> String {
        match slot {
            Some(slot) => format!(
                "{} lands in bucket {} of 100,000",
                self::attribute(&self.value(attribute)),
                grouped(slot)
            ),
            None => format!("no unit, {}", self.unit(attribute)),
        }
    }

    /// The value that names a unit, and what is wrong with it when it names none.
    pub(super) fn unit(&self, number: u16) -> String {
        let value = self.value(number);
        let shown = format!("it is {}", attribute(&value));
        if self.slots.unit(number, &mut Digits::default()).is_some() {
            return shown;
        }
        match value {
            Attribute::Absent => shown,
            Attribute::Text(Some(bytes)) if bytes.len() > limits::UNIT_BYTES => {
                format!("{shown}, longer than a unit may be")
            }
            Attribute::Text(_) => shown,
            Attribute::Number(_) => format!("{shown}, not a whole number"),
            _ => format!("{shown}, not a string or a whole number"),
        }
    }

    /// What a condition finds in this context, and whether that can be compared at all.
    pub(super) fn found(&self, condition: &Condition<'_>) -> String {
        match condition {
            Condition::Group { .. } | Condition::Segment(_) | Condition::Percentage { .. } => String::new(),
            Condition::Window(_) => self.now(),
            Condition::Listed { attribute, .. } | Condition::Hashed { attribute, .. } => {
                self.unit(*attribute)
            }
            Condition::In {
                attribute, literals, ..
            } => self.compared(
                *attribute,
                &|slot| is_comparable(slot, literals),
                "of a type among the literals",
            ),
            Condition::Text { attribute, .. } | Condition::Pattern { attribute, .. } => {
                self.compared(*attribute, &is_text, "a string")
            }
            Condition::Version { attribute, .. } => self.compared(*attribute, &is_version, "a version"),
            Condition::Network { attribute, .. } => self.compared(*attribute, &is_address, "an IP address"),
            Condition::Compare { attribute, .. } => {
                self.compared(*attribute, &|slot| slot.number().is_some(), "a number")
            }
            Condition::Moment { attribute, .. } => {
                self.compared(*attribute, &|slot| slot.moment().is_some(), "a date-time")
            }
            Condition::Exists { attribute } | Condition::Type { attribute, .. } => {
                self.compared(*attribute, &|_| true, "")
            }
            Condition::List { attribute, .. } | Condition::Size { attribute, .. } => {
                self.compared(*attribute, &|slot| slot.list().is_some(), "an array")
            }
        }
    }

    fn compared(&self, number: u16, fits: &dyn Fn(Slot<'_>) -> bool, wanted: &str) -> String {
        let slot = self.slots.slot(usize::from(number));
        let value = slot.value();
        let shown = format!("it is {}", attribute(&value));
        if matches!(value, Attribute::Absent) || fits(slot) {
            shown
        } else {
            format!("{shown}, not {wanted}")
        }
    }
}

fn is_comparable(slot: Slot<'_>, literals: &Literals<'_>) -> bool {
    match slot.value() {
        Attribute::Boolean(_) => literals.booleans != 0,
        Attribute::Number(_) => literals.numbers.len() > 0,
        Attribute::Text(_) => literals.symbols.len() > 0,
        _ => false,
    }
}

fn is_text(slot: Slot<'_>) -> bool {
    matches!(slot.value(), Attribute::Text(_))
}

fn is_version(slot: Slot<'_>) -> bool {
    slot.text().is_some_and(|text| VersionRange::EVERY.contains(text))
}

fn is_address(slot: Slot<'_>) -> bool {
    let text = slot.text().and_then(|text| core::str::from_utf8(text).ok());
    text.is_some_and(|text| text.parse::<std::net::IpAddr>().is_ok())
}
