use super::intern::Interned;
use super::known::{KnownSegments, Reads};
use crate::compile::table::network::compile_networks;
use crate::compile::table::pattern::{compile_needles, compile_pattern};
use crate::compile::table::version_range::compile_version_range;
use crate::engine::XXH64;
use crate::model::{Condition, Diagnostic, Operator, Path, Scalar, Spanned, Test, TypeName};
use crate::snapshot::{
    Encoder, Group, HashToWrite, LiteralsToWrite, Order, Quantifier, TextPosition, ValueType, Window, needs,
};

/// Lowers conditions, noting what they read.
pub(super) struct ConditionCompiler<'c> {
    pub(super) interned: &'c mut Interned,
    pub(super) segments: &'c KnownSegments,
    /// What a percentage without a salt of its own hashes with.
    pub(super) salt: &'c str,
    pub(super) reads: Reads,
}

impl ConditionCompiler<'_> {
    pub(super) fn condition(&mut self, condition: &Spanned<Condition>) -> Result<Encoder, Diagnostic> {
        let mut encoder = Encoder::default();
        self.write(condition, &mut encoder)?;
        Ok(encoder)
    }

    /// Several conditions, of which one must hold.
    pub(super) fn any<'m>(
        &mut self,
        members: impl IntoIterator<Item = &'m Spanned<Condition>>,
    ) -> Result<Encoder, Diagnostic> {
        let mut list = Encoder::default();
        for member in members {
            self.write(member, &mut list)?;
        }
        let mut encoder = Encoder::default();
        if !list.as_bytes().is_empty() {
            encoder.group(Group::Any, &list);
        }
        Ok(encoder)
    }

    /// How the units of an attribute become buckets.
    pub(super) fn hash(&mut self, by: Option<&Path>, salt: &str) -> HashToWrite {
        HashToWrite {
            scheme: XXH64,
            attribute: self.unit(by),
            salt: salt.into(),
        }
    }

    /// The number of the attribute that names the unit.
    pub(super) fn unit(&mut self, by: Option<&Path>) -> u16 {
        match by {
            Some(path) => self.attribute(path, needs::BYTES),
            None => self.attribute(&vec!["targetingKey".into()], needs::BYTES),
        }
    }

    fn attribute(&mut self, path: &Path, needs: u8) -> u16 {
        let number = self.interned.attributes.number(path, needs);
        self.reads.attributes.insert(number);
        number
    }

    fn write(&mut self, condition: &Spanned<Condition>, encoder: &mut Encoder) -> Result<(), Diagnostic> {
        match &condition.value {
            Condition::All(members) => self.group(Group::All, members, encoder)?,
            Condition::Any(members) => self.group(Group::Any, members, encoder)?,
            Condition::Not(member) => self.group(Group::Not, std::slice::from_ref(member), encoder)?,
            Condition::Segment(name) => {
                let (number, reads) = self.segments.find(name)?;
                self.reads.add(reads);
                encoder.segment(number);
            }
            Condition::Percentage { range, by, salt } => {
                let salt = salt.as_ref().map_or(self.salt, |salt| &salt.value).to_owned();
                let hash = self.hash(by.as_ref(), &salt);
                encoder.percentage(&hash, range.from, range.to);
            }
            Condition::Window { from, to } => {
                self.reads.time = true;
                encoder.window(Window { from: *from, to: *to });
            }
            Condition::Attribute { path, test } => self.test(path, test, encoder)?,
        }
        Ok(())
    }

    fn group(
        &mut self,
        group: Group,
        members: &[impl std::borrow::Borrow<Spanned<Condition>>],
        encoder: &mut Encoder,
    ) -> Result<(), Diagnostic> {
        let mut list = Encoder::default();
        for member in members {
            self.write(member.borrow(), &mut list)?;
        }
        encoder.group(group, &list);
        Ok(())
    }

    fn test(&mut self, path: &Path, test: &Spanned<Test>, encoder: &mut Encoder) -> Result<(), Diagnostic> {
        match &test.value {
            Test::In {
                literals,
                negated,
                ignore_case: true,
            } => {
                let attribute = self.attribute(path, needs::BYTES);
                let mut needles = Vec::new();
                for literal in literals {
                    let Scalar::Text(text) = &literal.value else {
                        let message = "`ignoreCase` compares strings, found another type among the literals";
                        return Err(Diagnostic::error("wrong-type", &literal.place, message));
                    };
                    needles.push(text.as_str());
                }
                encoder.text(attribute, TextPosition::Whole, *negated, true, needles);
            }
            Test::In {
                literals,
                negated,
                ignore_case: false,
            } => {
                let (literals, needs) = self.literals(literals);
                let attribute = self.attribute(path, needs);
                encoder.among(attribute, *negated, &literals);
            }
            Test::Text {
                operator: Operator::Contains,
                needles,
                ignore_case,
            } => {
                let texts: Vec<&str> = needles.iter().map(|needle| needle.value.as_str()).collect();
                let table = compile_needles(&texts, *ignore_case).map_err(|error| {
                    Diagnostic::error("pattern-too-large", &test.place, error.to_string())
                })?;
                let source = serde_json::json!({ "contains": texts, "ignoreCase": ignore_case });
                self.pattern(path, &source, &table, encoder);
            }
            Test::Text {
                operator,
                needles,
                ignore_case,
            } => {
                let attribute = self.attribute(path, needs::BYTES);
                let start = *operator == Operator::StartsWith;
                let position = if start {
                    TextPosition::Start
                } else {
                    TextPosition::End
                };
                let needles = needles.iter().map(|needle| needle.value.as_str());
                encoder.text(attribute, position, false, *ignore_case, needles);
            }
            Test::Matches { pattern, ignore_case } => {
                let table = compile_pattern(&pattern.value, *ignore_case)
                    .map_err(|error| Diagnostic::error("bad-pattern", &pattern.place, error.to_string()))?;
                let source = serde_json::json!({ "matches": pattern.value, "ignoreCase": ignore_case });
                self.pattern(path, &source, &table, encoder);
            }
            Test::Compare(operator, literal) => {
                let attribute = self.attribute(path, 0);
                encoder.compare(attribute, order(*operator), *literal);
            }
            Test::Moment(operator, literal) => {
                let attribute = self.attribute(path, needs::BYTES);
                encoder.moment(attribute, *operator == Operator::After, *literal);
            }
            Test::Semver(range) => {
                let table = compile_version_range(&range.value)
                    .map_err(|error| Diagnostic::error("bad-version-range", &range.place, error))?;
                let resource = self.interned.resources.number(&table);
                let attribute = self.attribute(path, needs::BYTES);
                encoder.version(attribute, resource);
            }
            Test::Cidr(networks) => {
                let texts: Vec<&str> = networks.iter().map(|network| network.value.as_str()).collect();
                let table = compile_networks(&texts).map_err(|(index, error)| {
                    let place = networks.get(index).map_or(&test.place, |network| &network.place);
                    Diagnostic::error("bad-network", place, error)
                })?;
                let resource = self.interned.resources.number(&table);
                let attribute = self.attribute(path, needs::BYTES);
                encoder.network(attribute, resource);
            }
            Test::Exists => {
                let attribute = self.attribute(path, 0);
                encoder.exists(attribute);
            }
            Test::Type(expected) => {
                let attribute = self.attribute(path, 0);
                encoder.value_type(attribute, value_type(*expected));
            }
            Test::List(operator, literals) => {
                let (literals, needs) = self.literals(literals);
                let attribute = self.attribute(path, needs | needs::ELEMENTS);
                let quantifier = match operator {
                    Operator::AllOf => Quantifier::AllOf,
                    Operator::NoneOf => Quantifier::NoneOf,
                    _ => Quantifier::AnyOf,
                };
                encoder.list(attribute, quantifier, &literals);
            }
            Test::Size(operator, literal) => {
                let attribute = self.attribute(path, needs::ELEMENTS);
                encoder.size(attribute, order(*operator), *literal);
            }
        }
        Ok(())
    }

    /// A table behind what it was made from, so that it can be shown again.
    fn pattern(&mut self, path: &Path, source: &serde_json::Value, table: &[u8], encoder: &mut Encoder) {
        let source = source.to_string();
        let mut bytes = Encoder::default();
        bytes.sized(source.as_bytes());
        let resource = self
            .interned
            .resources
            .number(&[bytes.as_bytes(), table].concat());
        let attribute = self.attribute(path, needs::BYTES);
        encoder.pattern(attribute, resource);
    }

    /// Literals sorted and each once, and what the attribute is read as for them.
    fn literals(&mut self, literals: &[Spanned<Scalar>]) -> (LiteralsToWrite, u8) {
        let mut sorted = LiteralsToWrite::default();
        for literal in literals {
            match &literal.value {
                Scalar::Boolean(value) => sorted.booleans |= 1 << u8::from(*value),
                // Adding zero makes one zero of the two.
                Scalar::Number(number) => sorted.numbers.push(*number + 0.0),
                Scalar::Text(text) => sorted.symbols.push(self.interned.symbols.number(text)),
            }
        }
        sorted.symbols.sort_unstable();
        sorted.symbols.dedup();
        sorted.numbers.sort_unstable_by(f64::total_cmp);
        sorted.numbers.dedup();
        let needs = if sorted.symbols.is_empty() {
            0
        } else {
            needs::SYMBOL
        };
        (sorted, needs)
    }
}

fn order(operator: Operator) -> Order {
    match operator {
        Operator::Less => Order::Less,
        Operator::LessOrEqual => Order::LessOrEqual,
        Operator::Greater => Order::Greater,
        Operator::GreaterOrEqual => Order::GreaterOrEqual,
        _ => Order::Equal,
    }
}

fn value_type(expected: TypeName) -> ValueType {
    match expected {
        TypeName::String => ValueType::String,
        TypeName::Number => ValueType::Number,
        TypeName::Boolean => ValueType::Boolean,
        TypeName::Date => ValueType::Date,
        TypeName::Array => ValueType::Array,
        TypeName::Object => ValueType::Object,
    }
}
