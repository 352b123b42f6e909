use super::{Authored, moment, number, object, percent, range};
use crate::engine::cidr::list_networks;
use crate::engine::resource;
use crate::snapshot::{
    Condition, Cursor, Group, Hash, Literals, Order, Quantifier, TextPosition, ValueType, Window,
};
use data_encoding::HEXLOWER;
use serde_json::{Map, Value};

/// Listed ids and networks that are shown; of longer lists only the count is.
const SHOWN_IDS: usize = 1_000;
/// Digests that are shown; of longer lists only the count is.
const SHOWN_DIGESTS: usize = 20;

/// A test of one attribute in the authored words.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::engine) struct Test {
    pub(in crate::engine) attribute: u16,
    pub(in crate::engine) operator: &'static str,
    pub(in crate::engine) operand: Value,
    pub(in crate::engine) ignore_case: bool,
}

impl<'a> Authored<'a> {
    /// A condition as it is written.
    pub(in crate::engine) fn condition(&self, condition: &Condition<'a>) -> Option<Value> {
        Some(match *condition {
            Condition::Group { group, members } => {
                let mut members = self.conditions(members)?;
                match group {
                    Group::All => object([("all", Some(members.into()))]),
                    Group::Any => object([("any", Some(members.into()))]),
                    Group::Not if members.len() == 1 => object([("not", members.pop())]),
                    Group::Not => object([("not", Some(object([("any", Some(members.into()))])))]),
                }
            }
            Condition::Segment(segment) => object([("segment", Some(self.segment(segment).into()))]),
            Condition::Percentage { hash, from, to } => {
                let share = if from == 0 { percent(to) } else { range(from, to) };
                self.hashed(&hash, [("percentage", Some(share))])
            }
            Condition::Window(window) => object([("window", Some(ends(&window)))]),
            Condition::Listed { attribute, resource } => {
                let list = resource::listed(self.snapshot.resources().at(resource)?)?;
                let ids = (list.len() <= SHOWN_IDS).then(|| {
                    (0..list.len() as u32)
                        .filter_map(|position| list.at(position))
                        .map(|id| String::from_utf8_lossy(id).into_owned().into())
                        .collect::<Vec<Value>>()
                });
                object([
                    ("by", Some(self.path(attribute))),
                    ("count", Some(list.len().into())),
                    ("sha512", ids.is_none().then(|| self.digest(resource))),
                    ("ids", ids.map(Value::from)),
                ])
            }
            Condition::Hashed {
                attribute,
                salt,
                resource,
            } => {
                let list = resource::hashed(self.snapshot.resources().at(resource)?)?;
                let digests = (list.len() <= SHOWN_DIGESTS).then(|| {
                    list.iter()
                        .map(|digest| HEXLOWER.encode(&digest.to_be_bytes()).into())
                        .collect::<Vec<Value>>()
                });
                let list = object([
                    ("salt", Some(text(salt))),
                    ("by", Some(self.path(attribute))),
                    ("count", Some(list.len().into())),
                    ("sha512", digests.is_none().then(|| self.digest(resource))),
                    ("digests", digests.map(Value::from)),
                ]);
                object([("hashed", Some(list))])
            }
            _ => {
                let test = self.test(condition)?;
                object([
                    ("attribute", Some(self.path(test.attribute))),
                    (test.operator, Some(test.operand)),
                    ("ignoreCase", test.ignore_case.then_some(Value::Bool(true))),
                ])
            }
        })
    }

    /// The test of a condition that compares one attribute; `None` for the others.
    pub(in crate::engine) fn test(&self, condition: &Condition<'a>) -> Option<Test> {
        let test = |attribute, operator, operand: Value| {
            Some(Test {
                attribute,
                operator,
                operand,
                ignore_case: false,
            })
        };
        match *condition {
            Condition::In {
                attribute,
                negated,
                literals,
            } => test(
                attribute,
                if negated { "notIn" } else { "in" },
                self.literals(literals).into(),
            ),
            Condition::Text {
                attribute,
                position,
                negated,
                ignore_case,
                needles,
            } => {
                let operator = match position {
                    TextPosition::Whole if negated => "notIn",
                    TextPosition::Whole => "in",
                    TextPosition::Start => "startsWith",
                    TextPosition::End => "endsWith",
                };
                Some(Test {
                    ignore_case,
                    ..test(attribute, operator, texts(needles)?.into())?
                })
            }
            Condition::Pattern { attribute, resource } => {
                let (source, _) = resource::automaton(self.snapshot.resources().at(resource)?)?;
                let mut source: Map<String, Value> = serde_json::from_slice(source).ok()?;
                let ignore_case = source.remove("ignoreCase") == Some(Value::Bool(true));
                let (operator, operand) = match source.remove("contains") {
                    Some(needles) => ("contains", needles),
                    None => ("matches", source.remove("matches")?),
                };
                Some(Test {
                    ignore_case,
                    ..test(attribute, operator, operand)?
                })
            }
            Condition::Compare {
                attribute,
                order,
                literal,
            } => test(attribute, order.sign(), number(literal)),
            Condition::Moment {
                attribute,
                after,
                literal,
            } => test(attribute, if after { "after" } else { "before" }, moment(literal)),
            Condition::Version { attribute, resource } => {
                let range = resource::versions(self.snapshot.resources().at(resource)?)?;
                test(attribute, "semver", range.to_string().into())
            }
            Condition::Network { attribute, resource } => {
                let networks = resource::networks(self.snapshot.resources().at(resource)?)?;
                test(attribute, "cidr", list_networks(&networks).into())
            }
            Condition::Exists { attribute } => test(attribute, "exists", true.into()),
            Condition::Type { attribute, expected } => test(attribute, "type", expected.name().into()),
            Condition::List {
                attribute,
                quantifier,
                literals,
            } => {
                let operator = match quantifier {
                    Quantifier::AnyOf => "anyOf",
                    Quantifier::AllOf => "allOf",
                    Quantifier::NoneOf => "noneOf",
                };
                test(attribute, operator, self.literals(literals).into())
            }
            Condition::Size {
                attribute,
                order,
                literal,
            } => {
                let size = match order {
                    Order::Equal => literal.into(),
                    order => object([(order.sign(), Some(literal.into()))]),
                };
                test(attribute, "size", size)
            }
            Condition::Group { .. }
            | Condition::Segment(_)
            | Condition::Percentage { .. }
            | Condition::Window(_)
            | Condition::Listed { .. }
            | Condition::Hashed { .. } => None,
        }
    }

    /// Entries, and behind them what is hashed and how.
    pub(super) fn hashed<const N: usize>(
        &self,
        hash: &Hash<'_>,
        entries: [(&str, Option<Value>); N],
    ) -> Value {
        let mut node = object(entries);
        if let Value::Object(fields) = &mut node {
            fields.insert("by".into(), self.path(hash.attribute));
            fields.insert("salt".into(), text(hash.salt()));
            fields.insert("hash".into(), crate::engine::bucket::scheme_name(hash).into());
        }
        node
    }

    fn conditions(&self, mut members: Cursor<'a>) -> Option<Vec<Value>> {
        let mut list = Vec::new();
        while !members.is_empty() {
            list.push(self.condition(&Condition::read(&mut members)?)?);
        }
        Some(list)
    }

    fn literals(&self, literals: Literals<'a>) -> Vec<Value> {
        let booleans = [false, true].into_iter().filter(|value| {
            let bit = 1 << u8::from(*value);
            literals.booleans & bit != 0
        });
        booleans
            .map(Value::Bool)
            .chain(literals.numbers.iter().map(|bits| number(f64::from_bits(bits))))
            .chain(literals.symbols.iter().map(|symbol| self.symbol(symbol).into()))
            .collect()
    }
}

impl Order {
    fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "=",
        }
    }
}

impl ValueType {
    /// The type's name.
    pub(in crate::engine) fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// The ends of a window that there are.
fn ends(window: &Window) -> Value {
    object([("from", window.from.map(moment)), ("to", window.to.map(moment))])
}

fn texts(mut needles: Cursor<'_>) -> Option<Vec<Value>> {
    let mut list = Vec::new();
    while !needles.is_empty() {
        list.push(text(needles.sized()?));
    }
    Some(list)
}

fn text(bytes: &[u8]) -> Value {
    String::from_utf8_lossy(bytes).into_owned().into()
}
