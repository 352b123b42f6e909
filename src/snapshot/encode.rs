use super::condition::kind as condition;
use super::flag::bit;
use super::serve;
use super::{
    ExperimentArm, FORMAT, FlagType, Group, Hash, Header, Order, Quantifier, Share, SplitArm, TextPosition,
    ValueType, Window,
};

/// Writes what the readers beside it read; one method for each node.
#[derive(Debug, Clone, Default)]
pub(crate) struct Encoder {
    bytes: Vec<u8>,
}

/// Writes records: where each ends, then their bytes.
#[derive(Debug, Clone, Default)]
pub(crate) struct RecordsEncoder {
    ends: Vec<u32>,
    bytes: Vec<u8>,
}

/// How a unit becomes a bucket, to be written.
#[derive(Debug, Clone)]
pub(crate) struct HashToWrite {
    pub(crate) scheme: u8,
    pub(crate) attribute: u16,
    pub(crate) salt: String,
}

/// Literals of mixed type, to be written.
#[derive(Debug, Clone, Default)]
pub(crate) struct LiteralsToWrite {
    pub(crate) booleans: u8,
    pub(crate) symbols: Vec<u32>,
    pub(crate) numbers: Vec<f64>,
}

/// A flag's record, to be written; parts that are conditions or serves are written already.
#[derive(Debug)]
pub(crate) struct FlagToWrite {
    pub(crate) enabled: bool,
    pub(crate) killed: bool,
    pub(crate) off_when_expired: bool,
    pub(crate) depends_on_time: bool,
    pub(crate) disable_at: Option<i64>,
    pub(crate) kind: FlagType,
    pub(crate) variants: u8,
    pub(crate) off_variant: u8,
    pub(crate) stages: u16,
    pub(crate) attributes: Vec<u16>,
    pub(crate) prerequisites: Encoder,
    pub(crate) targets: Encoder,
    pub(crate) rules: Encoder,
    pub(crate) default: Encoder,
    pub(crate) text: String,
}

/// The parts of a payload, to be written.
#[derive(Debug)]
pub(crate) struct PayloadToWrite<'p> {
    pub(crate) header: &'p Header,
    /// Flags that are killed though the project does not say so.
    pub(crate) folded_kills: Vec<&'p str>,
    pub(crate) keys: Vec<&'p str>,
    pub(crate) needs: Vec<u8>,
    pub(crate) attributes: Vec<String>,
    pub(crate) symbols: Vec<String>,
    pub(crate) segment_names: Vec<String>,
    pub(crate) resources: RecordsEncoder,
    pub(crate) segments: RecordsEncoder,
    pub(crate) flags: RecordsEncoder,
}

impl PayloadToWrite<'_> {
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut payload = Encoder::front(self.header, &self.folded_kills);
        payload.sized(self.keys.join("\n").as_bytes());
        let mut attributes = Encoder::default();
        attributes.u32(self.needs.len() as u32);
        attributes.bytes.extend(&self.needs);
        attributes.bytes.extend(self.attributes.join("\0").bytes());
        payload.sized(&attributes.bytes);
        let mut symbols = Encoder::default();
        symbols.u32(self.symbols.len() as u32);
        symbols.bytes.extend(self.symbols.join("\0").bytes());
        payload.sized(&symbols.bytes);
        payload.sized(self.segment_names.join("\n").as_bytes());
        payload.records(&self.resources);
        payload.records(&self.segments);
        payload.records(&self.flags);
        payload.bytes
    }
}

impl FlagToWrite {
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut record = Encoder::default();
        let refers = !(self.prerequisites.bytes.is_empty() && self.targets.bytes.is_empty());
        let bits = [
            (self.enabled, bit::ENABLED),
            (self.killed, bit::KILLED),
            (self.off_when_expired, bit::OFF_WHEN_EXPIRED),
            (self.depends_on_time, bit::DEPENDS_ON_TIME),
            (self.disable_at.is_some(), bit::DISABLED_AT),
            (refers, bit::REFERS),
        ];
        record.u8(any(bits));
        record.u8(self.kind as u8);
        record.u8(self.variants);
        record.u8(self.off_variant);
        record.u16(self.stages);
        record.u16(self.attributes.len() as u16);
        record.u32(0);
        for part in [&self.rules, &self.default] {
            record.u32(part.bytes.len() as u32);
        }
        for part in [&self.rules, &self.default] {
            record.bytes.extend(&part.bytes);
        }
        self.disable_at.iter().for_each(|moment| record.i64(*moment));
        if refers {
            record.sized(&self.prerequisites.bytes);
            record.sized(&self.targets.bytes);
        }
        self.attributes
            .iter()
            .for_each(|attribute| record.u16(*attribute));
        record.bytes.extend(self.text.bytes());
        record.bytes
    }
}

impl FlagToWrite {
    /// Where the fingerprint stands in a record; it is known only when everything else is.
    pub(crate) const FINGERPRINT: usize = 8;

    /// The bit of a record's first byte that says that the flag is killed.
    pub(crate) const KILLED: u8 = bit::KILLED;
}

impl RecordsEncoder {
    /// Writes over four bytes of a record.
    pub(crate) fn patch(&mut self, record: usize, offset: usize, word: u32) {
        let start = record
            .checked_sub(1)
            .and_then(|previous| self.ends.get(previous))
            .map_or(0, |end| *end as usize);
        if let Some(room) = self
            .bytes
            .get_mut(start + offset..)
            .and_then(|bytes| bytes.first_chunk_mut())
        {
            *room = word.to_le_bytes();
        }
    }

    pub(crate) fn push(&mut self, record: &[u8]) -> u32 {
        self.bytes.extend(record);
        self.ends.push(self.bytes.len() as u32);
        self.ends.len() as u32 - 1
    }
}

impl Encoder {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.bytes.extend(value.to_le_bytes());
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes.extend(value.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes.extend(value.to_le_bytes());
    }

    fn i64(&mut self, value: i64) {
        self.bytes.extend(value.to_le_bytes());
    }

    pub(crate) fn sized(&mut self, bytes: &[u8]) {
        self.u32(bytes.len() as u32);
        self.bytes.extend(bytes);
    }

    /// At most 255 bytes: salts, scopes and lists of variants are limited to fewer.
    pub(crate) fn short(&mut self, bytes: &[u8]) {
        self.u8(bytes.len() as u8);
        self.bytes.extend(bytes);
    }

    pub(crate) fn records(&mut self, records: &RecordsEncoder) {
        self.u32(records.ends.len() as u32);
        records.ends.iter().for_each(|end| self.u32(*end));
        self.sized(&records.bytes);
    }

    pub(crate) fn group(&mut self, group: Group, members: &Self) {
        let kind = match group {
            Group::All => condition::ALL,
            Group::Any => condition::ANY,
            Group::Not => condition::NOT,
        };
        self.condition(kind, 0, 0);
        self.sized(&members.bytes);
    }

    pub(crate) fn among(&mut self, attribute: u16, negated: bool, literals: &LiteralsToWrite) {
        let detail = u8::from(negated) | literals.booleans << 1;
        self.condition(condition::IN, detail, attribute);
        self.literals(literals);
    }

    pub(crate) fn text<'n>(
        &mut self,
        attribute: u16,
        position: TextPosition,
        negated: bool,
        ignore_case: bool,
        needles: impl IntoIterator<Item = &'n str>,
    ) {
        let detail = position as u8 | u8::from(negated) << 2 | u8::from(ignore_case) << 3;
        self.condition(condition::TEXT, detail, attribute);
        let mut list = Self::default();
        needles
            .into_iter()
            .for_each(|needle| list.sized(needle.as_bytes()));
        self.sized(&list.bytes);
    }

    pub(crate) fn pattern(&mut self, attribute: u16, resource: u32) {
        self.with_resource(condition::PATTERN, attribute, resource);
    }

    pub(crate) fn compare(&mut self, attribute: u16, order: Order, literal: f64) {
        self.condition(condition::COMPARE, order as u8, attribute);
        self.u64(literal.to_bits());
    }

    pub(crate) fn moment(&mut self, attribute: u16, after: bool, literal: i64) {
        self.condition(condition::MOMENT, after.into(), attribute);
        self.i64(literal);
    }

    pub(crate) fn version(&mut self, attribute: u16, resource: u32) {
        self.with_resource(condition::VERSION, attribute, resource);
    }

    pub(crate) fn network(&mut self, attribute: u16, resource: u32) {
        self.with_resource(condition::NETWORK, attribute, resource);
    }

    pub(crate) fn exists(&mut self, attribute: u16) {
        self.condition(condition::EXISTS, 0, attribute);
    }

    pub(crate) fn value_type(&mut self, attribute: u16, expected: ValueType) {
        self.condition(condition::TYPE, expected as u8, attribute);
    }

    pub(crate) fn list(&mut self, attribute: u16, quantifier: Quantifier, literals: &LiteralsToWrite) {
        let detail = quantifier as u8 | literals.booleans << 2;
        self.condition(condition::LIST, detail, attribute);
        self.literals(literals);
    }

    pub(crate) fn size(&mut self, attribute: u16, order: Order, literal: u32) {
        self.condition(condition::SIZE, order as u8, attribute);
        self.u32(literal);
    }

    pub(crate) fn segment(&mut self, segment: u32) {
        self.condition(condition::SEGMENT, 0, 0);
        self.u32(segment);
    }

    pub(crate) fn percentage(&mut self, hash: &HashToWrite, from: u32, to: u32) {
        self.condition(condition::PERCENTAGE, 0, 0);
        self.hash(hash);
        self.u32(from);
        self.u32(to);
    }

    pub(crate) fn window(&mut self, window: Window) {
        self.condition(condition::WINDOW, window.bits(), 0);
        self.ends(window);
    }

    pub(crate) fn listed(&mut self, attribute: u16, resource: u32) {
        self.with_resource(condition::LISTED, attribute, resource);
    }

    pub(crate) fn hashed(&mut self, attribute: u16, salt: &str, resource: u32) {
        self.condition(condition::HASHED, 0, attribute);
        self.short(salt.as_bytes());
        self.u32(resource);
    }

    pub(crate) fn serve_variant(&mut self, variant: u8) {
        self.u8(serve::kind::VARIANT);
        self.u8(variant);
    }

    pub(crate) fn serve_split(&mut self, hash: &HashToWrite, arms: &[SplitArm]) {
        self.u8(serve::kind::SPLIT);
        self.u8(arms.len() as u8);
        self.hash(hash);
        for arm in arms {
            self.u8(arm.variant);
            self.u32(arm.end);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of the node, in their order")]
    pub(crate) fn serve_rollout(
        &mut self,
        hash: &HashToWrite,
        from: u8,
        to: u8,
        control: bool,
        stage: Option<u16>,
        window: Window,
        ring: &Self,
        share: Share,
    ) {
        let bits = [
            (control, serve::bit::CONTROL),
            (!ring.bytes.is_empty(), serve::bit::RING),
            (matches!(share, Share::Ramp { .. }), serve::bit::RAMP),
        ];
        self.u8(serve::kind::ROLLOUT);
        self.u8(window.bits() | any(bits));
        self.u8(from);
        self.u8(to);
        self.u16(stage.unwrap_or(u16::MAX));
        self.u32(match share {
            Share::Fixed(share) => share,
            Share::Ramp { ceiling, .. } => ceiling,
        });
        self.hash(hash);
        self.ends(window);
        if !ring.bytes.is_empty() {
            self.sized(&ring.bytes);
        }
        if let Share::Ramp {
            from, to, start, end, ..
        } = share
        {
            self.u32(from);
            self.u32(to);
            self.i64(start);
            self.i64(end);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of the node, in their order")]
    pub(crate) fn serve_experiment(
        &mut self,
        hash: &HashToWrite,
        from: u8,
        control: u8,
        window: Window,
        holdouts: &[(HashToWrite, u32)],
        layer: Option<&(HashToWrite, u32, u32)>,
        arms: &[ExperimentArm],
    ) {
        self.u8(serve::kind::EXPERIMENT);
        self.u8(window.bits() | any([(layer.is_some(), serve::bit::LAYER)]));
        self.u8(from);
        self.u8(control);
        self.u8(arms.len() as u8);
        self.hash(hash);
        self.ends(window);
        if let Some((hash, from, to)) = layer {
            self.hash(hash);
            self.u32(*from);
            self.u32(*to);
        }
        for arm in arms {
            self.u8(arm.variant);
            for slot in [arm.lane.0, arm.lane.1, arm.enrolled.0, arm.enrolled.1] {
                self.u32(slot);
            }
        }
        let mut list = Self::default();
        for (hash, width) in holdouts {
            list.hash(hash);
            list.u32(*width);
        }
        self.sized(&list.bytes);
    }

    pub(crate) fn prerequisite(&mut self, flag: u32, variants: &[u8]) {
        self.u32(flag);
        self.short(variants);
    }

    pub(crate) fn target(&mut self, variant: u8, attribute: u16, resource: u32) {
        self.u8(variant);
        self.u16(attribute);
        self.u32(resource);
    }

    pub(crate) fn rule(&mut self, condition: Option<&Self>, serve: &Self) {
        let condition = condition.map_or(&[][..], |condition| &condition.bytes);
        self.u32(condition.len() as u32);
        self.u32(serve.bytes.len() as u32);
        self.bytes.extend(condition);
        self.bytes.extend(&serve.bytes);
    }

    /// What stands before the keys of a payload: format and header.
    pub(crate) fn front(header: &Header, folded_kills: &[&str]) -> Self {
        let mut front = Self::default();
        front.bytes.extend(FORMAT.to_le_bytes());
        front.sized(&Self::header(header, folded_kills).bytes);
        front
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn header(header: &Header, folded_kills: &[&str]) -> Self {
        let mut encoder = Self::default();
        encoder.u64(header.version);
        for moment in [
            header.issued_at_ms,
            header.not_before_ms,
            header.expires_ms,
            header.max_stale_ms,
        ] {
            encoder.i64(moment);
        }
        encoder.short(header.scope.as_str().as_bytes());
        encoder.u8(header.head_keys.len() as u8);
        encoder.bytes.extend(header.head_keys.iter().flatten());
        if !folded_kills.is_empty() {
            encoder.u16(folded_kills.len() as u16);
            folded_kills.iter().for_each(|key| encoder.short(key.as_bytes()));
        }
        encoder
    }

    fn condition(&mut self, kind: u8, detail: u8, attribute: u16) {
        self.u8(kind);
        self.u8(detail);
        self.u16(attribute);
    }

    fn with_resource(&mut self, kind: u8, attribute: u16, resource: u32) {
        self.condition(kind, 0, attribute);
        self.u32(resource);
    }

    fn hash(&mut self, hash: &HashToWrite) {
        self.u8(hash.scheme);
        self.u8(hash.salt.len() as u8);
        self.u16(hash.attribute);
        self.bytes.extend(Hash::prefix_of(&hash.salt));
    }

    fn ends(&mut self, window: Window) {
        window
            .from
            .into_iter()
            .chain(window.to)
            .for_each(|end| self.i64(end));
    }

    fn literals(&mut self, literals: &LiteralsToWrite) {
        self.u32(literals.symbols.len() as u32);
        self.u32(literals.numbers.len() as u32);
        literals.symbols.iter().for_each(|symbol| self.u32(*symbol));
        literals
            .numbers
            .iter()
            .for_each(|number| self.u64(number.to_bits()));
    }
}

/// The bits of what is so.
fn any<const N: usize>(bits: [(bool, u8); N]) -> u8 {
    bits.into_iter()
        .filter(|(set, _)| *set)
        .fold(0, |all, (_, bit)| all | bit)
}
