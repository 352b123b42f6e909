use super::evaluate::Evaluator;
use super::observer::{Event, Observer};
use super::resource;
use super::slots::{Attribute, Digits, Slot, Slots, kind};
use crate::snapshot::{
    Condition, Cursor, Group, Hash, Literals, Longs, Order, Quantifier, TextPosition, ValueType, Window,
    Words,
};

impl<'a, O: Observer> Evaluator<'a, O> {
    /// Does the condition at the cursor hold? `None` when it cannot be read.
    ///
    /// The cursor is left behind the condition. `negated` says that it stands below an odd number of `not`, where what
    /// opens the condition closes the rule.
    pub(super) fn holds(&mut self, cursor: &mut Cursor<'a>, negated: bool) -> Option<bool> {
        let Some(condition) = Condition::read_common(cursor) else {
            return self.other_holds(cursor, negated);
        };
        self.observer.observe(Event::ConditionBegins(&condition));
        let value = |attribute: u16| self.slots.slot(usize::from(attribute));
        let holds = match condition {
            Condition::Group { group, members } => self.group(group, members, negated)?,
            Condition::In {
                attribute,
                negated,
                literals,
            } => is_among(value(attribute), literals, negated),
            Condition::Compare {
                attribute,
                order,
                literal,
            } => value(attribute)
                .number()
                .is_some_and(|number| in_order(number, order, literal)),
            // None of those that are common.
            _ => return None,
        };
        self.observer.observe(Event::ConditionEnds(holds));
        Some(holds)
    }

    /// The same for a condition that is not common: out of line, so that what is common keeps its registers.
    #[inline(never)]
    fn other_holds(&mut self, cursor: &mut Cursor<'a>, negated: bool) -> Option<bool> {
        let condition = Condition::read(cursor)?;
        self.observer.observe(Event::ConditionBegins(&condition));
        let holds = self.decide(&condition, negated)?;
        self.observer.observe(Event::ConditionEnds(holds));
        Some(holds)
    }

    #[inline(always)]
    fn decide(&mut self, condition: &Condition<'a>, negated: bool) -> Option<bool> {
        let value = |attribute: u16| self.slots.slot(usize::from(attribute));
        Some(match *condition {
            // These are read and decided by `holds`.
            Condition::Group { .. } | Condition::In { .. } | Condition::Compare { .. } => return None,
            Condition::Text {
                attribute,
                position,
                negated,
                ignore_case,
                mut needles,
            } => {
                let Some(text) = value(attribute).text() else {
                    return Some(false);
                };
                let mut found = false;
                while !found && !needles.is_empty() {
                    found = stands_at(text, needles.sized()?, position, ignore_case);
                }
                found != negated
            }
            Condition::Pattern { attribute, resource } => {
                let Some(text) = value(attribute).text() else {
                    return Some(false);
                };
                resource::automaton(self.resource(resource)?)?.1.finds(text)
            }
            Condition::Moment {
                attribute,
                after,
                literal,
            } => match value(attribute).moment() {
                Some(moment) if after => moment > literal,
                Some(moment) => moment < literal,
                None => false,
            },
            Condition::Version { attribute, resource } => {
                let Some(text) = value(attribute).text() else {
                    return Some(false);
                };
                resource::versions(self.resource(resource)?)?.contains(text)
            }
            Condition::Network { attribute, resource } => {
                let Some(text) = value(attribute).text() else {
                    return Some(false);
                };
                resource::networks(self.resource(resource)?)?.contains(text)
            }
            Condition::Exists { attribute } => value(attribute).exists(),
            Condition::Type { attribute, expected } => {
                value(attribute).value().value_type() == Some(expected)
            }
            Condition::List {
                attribute,
                quantifier,
                literals,
            } => {
                let Some(list) = value(attribute).list() else {
                    return Some(false);
                };
                meets(list, quantifier, literals)
            }
            Condition::Size {
                attribute,
                order,
                literal,
            } => {
                let Some(list) = value(attribute).list() else {
                    return Some(false);
                };
                in_order(list.len() as f64, order, f64::from(literal))
            }
            Condition::Segment(segment) => {
                return self.holds(&mut self.segment(segment)?, negated);
            }
            Condition::Percentage { hash, from, to } => match self.slot(hash) {
                Some(slot) => (from..to).contains(&slot),
                None => false,
            },
            Condition::Window(window) => self.is_within(window, negated),
            Condition::Listed { attribute, resource } => {
                let mut digits = Digits::default();
                let Some(unit) = self.unit(attribute, &mut digits) else {
                    return Some(false);
                };
                resource::is_listed(self.resource(resource)?, unit)?
            }
            Condition::Hashed {
                attribute,
                salt,
                resource,
            } => {
                let mut digits = Digits::default();
                let Some(unit) = self.unit(attribute, &mut digits) else {
                    return Some(false);
                };
                resource::is_hashed(self.resource(resource)?, salt, unit)?
            }
        })
    }

    fn group(&mut self, group: Group, mut members: Cursor<'a>, negated: bool) -> Option<bool> {
        let negated = negated != (group == Group::Not);
        while !members.is_empty() {
            let holds = self.holds(&mut members, negated)?;
            match group {
                Group::All if !holds => return Some(false),
                Group::Any if holds => return Some(true),
                Group::Not if holds => return Some(false),
                _ => {}
            }
        }
        Some(group != Group::Any)
    }

    /// Does now lie in the window? Where the window opens the clock stands still at the snapshot's expiry.
    #[inline]
    pub(super) fn is_within(&mut self, window: Window, negated: bool) -> bool {
        window.from.is_none_or(|from| self.has_passed(from, !negated))
            && !window.to.is_some_and(|to| self.has_passed(to, negated))
    }

    /// The unit that a list may name. Out of line for the size of the shipped code, as hashing has its own.
    #[inline(never)]
    pub(super) fn unit<'b>(&self, attribute: u16, digits: &'b mut Digits) -> Option<&'b [u8]>
    where
        'a: 'b,
    {
        self.slots.unit(attribute, digits)
    }

    /// The slot of the unit that a hash names; `None` when it is missing.
    #[inline]
    pub(super) fn slot(&mut self, hash: Hash<'a>) -> Option<u32> {
        let mut digits = Digits::default();
        let unit = self.slots.unit(hash.attribute, &mut digits);
        let slot = unit.and_then(|unit| super::bucket::slot(hash, unit));
        self.observer.observe(Event::Hashed { hash: &hash, slot });
        slot
    }
}

impl Slot<'_> {
    /// Epoch milliseconds of a date, an RFC 3339 string or a number; fractions of a millisecond are cut off.
    pub(super) fn moment(self) -> Option<i64> {
        match self.text() {
            Some(text) => super::datetime::parse_rfc3339(text),
            None => self
                .date()
                .or_else(|| self.number())
                .map(|moment| moment.floor() as i64),
        }
    }
}

impl Attribute<'_> {
    fn value_type(&self) -> Option<ValueType> {
        Some(match self {
            Self::Absent => return None,
            Self::Boolean(_) => ValueType::Boolean,
            Self::Number(_) => ValueType::Number,
            Self::Text(_) => ValueType::String,
            Self::Date(_) => ValueType::Date,
            Self::List(_) => ValueType::Array,
            Self::Object => ValueType::Object,
        })
    }
}

/// Is a scalar among the literals? False, negated or not, when it has a type that none of them has.
#[inline]
fn is_among(slot: Slot<'_>, literals: Literals<'_>, negated: bool) -> bool {
    let comparable = match slot.kind() {
        kind::STRING => literals.symbols.len() > 0,
        kind::NUMBER => literals.numbers.len() > 0 && slot.number().is_some(),
        kind::FALSE | kind::TRUE => literals.booleans != 0,
        _ => false,
    };
    comparable && has(slot, literals) != negated
}

#[inline]
fn has(slot: Slot<'_>, literals: Literals<'_>) -> bool {
    match slot.kind() {
        kind::STRING => slot.symbol() != 0 && is_in(literals.symbols, slot.symbol()),
        kind::NUMBER => slot
            .number()
            .is_some_and(|number| has_number(literals.numbers, number)),
        kind::FALSE => literals.booleans & 1 != 0,
        kind::TRUE => literals.booleans & 2 != 0,
        _ => false,
    }
}

fn has_number(numbers: Longs<'_>, wanted: f64) -> bool {
    resource::halve(numbers.len(), |position| {
        numbers
            .at(position)
            .and_then(|number| f64::from_bits(number).partial_cmp(&wanted))
    })
}

/// Is a number among sorted ones? A few are walked, many are halved.
fn is_in(words: Words<'_>, wanted: u32) -> bool {
    if words.len() <= 8 {
        return words.iter().any(|word| word == wanted);
    }
    resource::halve(words.len(), |position| {
        words.at(position).map(|word| word.cmp(&wanted))
    })
}

#[inline(never)]
fn meets(list: Slots<'_>, quantifier: Quantifier, literals: Literals<'_>) -> bool {
    let mut elements = (0..list.len()).map(|index| list.slot(index));
    match quantifier {
        Quantifier::AnyOf => elements.any(|element| has(element, literals)),
        Quantifier::NoneOf => !elements.any(|element| has(element, literals)),
        // Literals are distinct, and each needs an element of its own.
        Quantifier::AllOf if literals.count() > list.len() => false,
        Quantifier::AllOf => {
            let listed =
                |wanted: &dyn Fn(Slot<'_>) -> bool| (0..list.len()).any(|index| wanted(list.slot(index)));
            [(1, kind::FALSE), (2, kind::TRUE)]
                .into_iter()
                .all(|(bit, kind)| literals.booleans & bit == 0 || listed(&|element| element.kind() == kind))
                && literals.symbols.iter().all(|wanted| {
                    listed(&|element| element.kind() == kind::STRING && element.symbol() == wanted)
                })
                && literals
                    .numbers
                    .iter()
                    .all(|wanted| listed(&|element| element.number() == Some(f64::from_bits(wanted))))
        }
    }
}

fn in_order(number: f64, order: Order, literal: f64) -> bool {
    match order {
        Order::Less => number < literal,
        Order::LessOrEqual => number <= literal,
        Order::Greater => number > literal,
        Order::GreaterOrEqual => number >= literal,
        Order::Equal => number == literal,
    }
}

fn stands_at(text: &[u8], needle: &[u8], position: TextPosition, ignore_case: bool) -> bool {
    let part = match position {
        TextPosition::Whole => Some(text).filter(|text| text.len() == needle.len()),
        TextPosition::Start => text.get(..needle.len()),
        TextPosition::End => text
            .len()
            .checked_sub(needle.len())
            .and_then(|start| text.get(start..)),
    };
    part.is_some_and(|part| {
        if ignore_case {
            part.eq_ignore_ascii_case(needle)
        } else {
            part == needle
        }
    })
}
