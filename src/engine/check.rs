use super::{bucket, resource};
use crate::snapshot::{
    Condition, Cursor, Experiment, ExperimentArm, Flag, Hash, Literals, Prerequisite, Quantifier, Records,
    Rollout, Rule, Serve, Share, Snapshot, Split, SplitArm, Target, Window,
    limits::{self, weight},
};

/// Reads every record once, as the evaluator will, and says which flags can be evaluated.
///
/// A flag is readable when all of its record is understood, every number in it points at something, it says all that it
/// reads, the clock included, and neither its depth nor the steps that it can take pass the limits. What it refers to
/// stands before it, so there are no cycles.
///
/// Where the record of each flag begins and ends; nowhere for one that cannot be read.
pub(super) fn readable_flags(snapshot: &Snapshot) -> Vec<[u32; 2]> {
    let [resources, segments, flags] = snapshot.all_records();
    let longs = snapshot.needs().len().div_ceil(64);
    let mut check = Check {
        resource_records: resources,
        flag_records: flags,
        attributes: snapshot.needs().len(),
        symbols: snapshot.symbol_count(),
        resources: vec![0; resources.len()],
        segments: vec![0; segments.len()],
        segment_reads: vec![0; segments.len() * longs],
        flags: vec![0; flags.len()],
        cost: Cost::default(),
        reads: vec![0; longs],
    };
    let mut reached = 0;
    for (index, seen) in (0..).zip(&mut check.resources) {
        if resources.next_to(index, &mut reached).is_none() {
            *seen = LOOKED_AT;
        }
    }
    let mut reached = 0;
    for index in 0..segments.len() {
        let record = segments.next_to(index as u32, &mut reached);
        let cost = record.and_then(|record| check.segment(record));
        if let Some(segment) = check.segments.get_mut(index) {
            *segment = Cost::pack(cost);
        }
        let reads = check.segment_reads.iter_mut().skip(index * longs);
        reads.zip(&check.reads).for_each(|(own, read)| *own = *read);
    }
    let mut reached = 0;
    let mut places = vec![[0; 2]; flags.len()];
    for (index, place) in places.iter_mut().enumerate() {
        let Some(record) = flags.next_to(index as u32, &mut reached) else {
            continue;
        };
        let cost = check.flag(record, index);
        if let Some(flag) = check.flags.get_mut(index) {
            *flag = Cost::pack(cost);
        }
        if cost.is_some() {
            let end = snapshot.first_flag_byte() + reached;
            *place = [end - record.len(), end].map(|at| at as u32);
        }
    }
    places
}

struct Check<'a> {
    resource_records: Records<'a>,
    flag_records: Records<'a>,
    attributes: usize,
    symbols: usize,
    /// What each resource was found to be, by those who looked at it: a bit for each [`ResourceKind`] that it is, and
    /// one in [`LOOKED_AT`] for each that was looked for. One flag's mistake about a resource is not another's.
    resources: Vec<u16>,
    /// What each segment comes to, packed.
    segments: Vec<u32>,
    /// The attributes that each segment reads, as many longs of bits as `reads` has.
    segment_reads: Vec<u64>,
    /// What each flag comes to, packed.
    flags: Vec<u32>,
    /// What the record in hand comes to, as far as it was seen.
    cost: Cost,
    /// A bit for each attribute that the record in hand was seen to read.
    reads: Vec<u64>,
}

/// What an evaluation can come to at most.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    /// Steps, counted as [`limits::STEPS`] says.
    steps: u32,
    /// Segments within segments, or prerequisites of prerequisites.
    depth: u32,
    /// Is the clock read?
    timed: bool,
}

/// The bits of a resource that say what was looked for.
const LOOKED_AT: u16 = 0xff00;

#[derive(Debug, Clone, Copy)]
#[repr(u16)]
enum ResourceKind {
    Automaton = 1,
    Versions = 2,
    Networks = 4,
    Listed = 8,
    Hashed = 16,
}

impl Cost {
    fn add(&mut self, other: Self) {
        self.weigh(other.steps);
        self.depth = self.depth.max(other.depth);
        self.timed |= other.timed;
    }

    fn weigh(&mut self, steps: u32) {
        self.steps = self.steps.saturating_add(steps);
    }

    /// In one word, so that tables of it begin as zeros; 0 for what cannot be read, as everything else has a step.
    fn pack(cost: Option<Self>) -> u32 {
        cost.map_or(0, |cost| {
            cost.steps | cost.depth << 24 | u32::from(cost.timed) << 31
        })
    }

    fn unpack(packed: u32) -> Option<Self> {
        (packed != 0).then_some(Self {
            steps: packed & 0xff_ffff,
            depth: packed >> 24 & 0x7f,
            timed: packed >> 31 != 0,
        })
    }

    fn within(self, depth: u32) -> Option<Self> {
        (self.steps <= limits::STEPS && self.depth <= depth).then_some(self)
    }
}

impl<'a> Check<'a> {
    fn segment(&mut self, record: &'a [u8]) -> Option<Cost> {
        self.begin();
        let mut cursor = Cursor::new(record);
        self.condition(&mut cursor, 0)?;
        require(cursor.is_empty())?;
        self.cost.depth += 1;
        self.cost.within(limits::SEGMENT_DEPTH)
    }

    fn flag(&mut self, record: &'a [u8], index: usize) -> Option<Cost> {
        self.begin();
        let flag = Flag::read(record)?;
        self.cost.weigh(1);
        self.cost.timed = flag.disable_at.is_some() || flag.off_when_expired();
        require(flag.bits_are_known() && flag.off_variant < flag.variants)?;
        require(usize::from(flag.variants) <= limits::VARIANTS)?;
        let mut prerequisites = flag.prerequisites;
        let (mut depth, mut count) = (0, 0);
        while !prerequisites.is_empty() {
            let Prerequisite {
                flag: number,
                variants: _,
            } = Prerequisite::read(&mut prerequisites)?;
            require((number as usize) < index && count < limits::PREREQUISITES)?;
            // An unreadable prerequisite is not met; it does not make this flag unreadable.
            if let Some(other) = Cost::unpack(*self.flags.get(number as usize)?) {
                depth = depth.max(other.depth + 1);
                self.cost.add(other);
                let other = Flag::read(self.flag_records.at(number)?)?;
                require(other.attributes.len() <= flag.attributes.len())?;
                numbers(other.attributes).try_for_each(|attribute| self.attribute(attribute))?;
            }
            self.cost.weigh(1);
            count += 1;
        }
        let mut targets = flag.targets;
        while !targets.is_empty() {
            let Target {
                variant,
                attribute,
                resource,
            } = Target::read(&mut targets)?;
            require(variant < flag.variants)?;
            self.attribute(attribute)?;
            self.resource(resource, ResourceKind::Listed, 1)?;
        }
        let (mut rules, mut count) = (flag.rules, 0);
        while !rules.is_empty() {
            let Rule { condition, serve } = Rule::read(&mut rules)?;
            self.condition_or_nothing(condition)?;
            self.serve(serve, &flag)?;
            count += 1;
        }
        require(count <= limits::RULES)?;
        self.serve(flag.default, &flag)?;
        self.all_is_said(&flag)?;
        // Every name and value is there: `check` is the last to look, hosts only split.
        let texts = usize::from(flag.variants) * 2 + count + usize::from(flag.stages);
        let text = crate::utf8::text(flag.text)?;
        require(text.bytes().filter(|byte| *byte == 0).count() + 1 == texts)?;
        self.cost.depth = depth;
        self.cost.within(limits::PREREQUISITE_DEPTH)
    }

    fn begin(&mut self) {
        self.cost = Cost::default();
        self.reads.fill(0);
    }

    /// Does a flag name each attribute that it was seen to read once, and say so when it reads the clock? Hosts give an
    /// evaluation no more than that.
    fn all_is_said(&mut self, flag: &Flag<'a>) -> Option<()> {
        let mut least = 0;
        for attribute in numbers(flag.attributes).map(usize::from) {
            require((least..self.attributes).contains(&attribute))?;
            least = attribute + 1;
            *self.reads.get_mut(attribute / 64)? &= !(1 << (attribute % 64));
        }
        require(self.reads.iter().all(|unsaid| *unsaid == 0))?;
        require(!self.cost.timed || flag.depends_on_time())
    }

    fn condition_or_nothing(&mut self, mut cursor: Cursor<'a>) -> Option<()> {
        if !cursor.is_empty() {
            self.condition(&mut cursor, 0)?;
        }
        require(cursor.is_empty())
    }

    fn condition(&mut self, cursor: &mut Cursor<'a>, level: u32) -> Option<()> {
        require(level < limits::CONDITION_DEPTH)?;
        self.cost.weigh(1);
        let attribute = match Condition::read(cursor)? {
            Condition::Group { mut members, .. } => {
                while !members.is_empty() {
                    self.condition(&mut members, level + 1)?;
                }
                return Some(());
            }
            Condition::Segment(segment) => {
                let segment = segment as usize;
                self.cost.add(Cost::unpack(*self.segments.get(segment)?)?);
                let reads = self.segment_reads.get(segment.checked_mul(self.reads.len())?..)?;
                let own = self.reads.iter_mut();
                own.zip(reads).for_each(|(own, read)| *own |= read);
                return Some(());
            }
            Condition::Percentage { hash, from, to } => {
                require(from <= to && to <= bucket::BUCKETS)?;
                return self.hash(&hash);
            }
            Condition::Window(window) => return self.window(&window),
            Condition::In {
                attribute, literals, ..
            } => {
                self.literals(&literals)?;
                attribute
            }
            Condition::List {
                attribute,
                quantifier,
                literals,
            } => {
                self.literals(&literals)?;
                self.cost.weigh(weight::LIST);
                if quantifier == Quantifier::AllOf {
                    self.cost
                        .weigh((literals.count() as u32).saturating_mul(weight::LITERAL));
                }
                attribute
            }
            Condition::Text {
                attribute,
                mut needles,
                ..
            } => {
                while !needles.is_empty() {
                    needles.sized()?;
                    self.cost.weigh(1);
                }
                attribute
            }
            Condition::Pattern {
                attribute, resource, ..
            } => {
                self.resource(resource, ResourceKind::Automaton, weight::PATTERN)?;
                attribute
            }
            Condition::Version { attribute, resource } => {
                self.resource(resource, ResourceKind::Versions, weight::VERSION)?;
                attribute
            }
            Condition::Network { attribute, resource } => {
                self.resource(resource, ResourceKind::Networks, 0)?;
                attribute
            }
            Condition::Listed { attribute, resource } => {
                self.resource(resource, ResourceKind::Listed, 0)?;
                attribute
            }
            Condition::Hashed {
                attribute, resource, ..
            } => {
                self.resource(resource, ResourceKind::Hashed, weight::DIGEST)?;
                attribute
            }
            Condition::Compare { attribute, .. }
            | Condition::Moment { attribute, .. }
            | Condition::Exists { attribute }
            | Condition::Type { attribute, .. }
            | Condition::Size { attribute, .. } => attribute,
        };
        self.attribute(attribute)
    }

    /// What is served, and nothing behind it.
    fn serve(&mut self, mut cursor: Cursor<'a>, flag: &Flag<'a>) -> Option<()> {
        let known = |variant: u8| require(variant < flag.variants);
        match Serve::read(&mut cursor)? {
            Serve::Variant(variant) => known(variant)?,
            Serve::Split(arms) => {
                let Split { hash, mut arms } = Split::read(&mut cursor, arms)?;
                self.hash(&hash)?;
                let mut last = 0;
                while !arms.is_empty() {
                    let SplitArm { variant, end } = SplitArm::read(&mut arms)?;
                    known(variant)?;
                    require(last <= end)?;
                    last = end;
                    self.cost.weigh(1);
                }
                require(last == bucket::BUCKETS)?;
            }
            Serve::Rollout(bits) => {
                let rollout = Rollout::read(&mut cursor, bits)?;
                self.hash(&rollout.hash)?;
                known(rollout.from.max(rollout.to))?;
                self.window(&rollout.window)?;
                require(rollout.stage.is_none_or(|stage| stage < flag.stages))?;
                self.condition_or_nothing(rollout.ring)?;
                self.share(rollout.share)?;
            }
            Serve::Experiment(bits) => self.experiment(Experiment::read(&mut cursor, bits)?, flag)?,
        }
        require(cursor.is_empty())
    }

    fn share(&mut self, share: Share) -> Option<()> {
        match share {
            Share::Fixed(share) => require(share <= bucket::BUCKETS),
            Share::Ramp {
                from,
                to,
                start,
                end,
                ceiling,
            } => {
                self.window(&Window {
                    from: Some(start),
                    to: Some(end),
                })?;
                require(start < end && end.checked_sub(start)? <= limits::RAMP_MS)?;
                require(from.max(to).max(ceiling) <= bucket::BUCKETS)
            }
        }
    }

    fn experiment(&mut self, experiment: Experiment<'a>, flag: &Flag<'a>) -> Option<()> {
        let known = |variant: u8| require(variant < flag.variants);
        self.hash(&experiment.hash)?;
        known(experiment.from.max(experiment.control))?;
        self.window(&experiment.window)?;
        let mut holdouts = experiment.holdouts;
        while !holdouts.is_empty() {
            self.hash(&Hash::read(&mut holdouts)?)?;
            require(holdouts.u32()? <= bucket::BUCKETS)?;
            self.cost.weigh(1);
        }
        if let Some((hash, from, to)) = experiment.layer {
            self.hash(&hash)?;
            require(from <= to && to <= bucket::BUCKETS)?;
        }
        let mut arms = experiment.arms;
        while !arms.is_empty() {
            let ExperimentArm {
                variant,
                lane,
                enrolled,
            } = ExperimentArm::read(&mut arms)?;
            known(variant)?;
            require(lane.0 <= enrolled.0 && enrolled.0 <= enrolled.1 && enrolled.1 <= lane.1)?;
            require(lane.1 <= bucket::BUCKETS)?;
            self.cost.weigh(1);
        }
        Some(())
    }

    #[inline(never)]
    fn hash(&mut self, hash: &Hash<'_>) -> Option<()> {
        require(bucket::is_known(hash) && hash.is_well_formed())?;
        self.attribute(hash.attribute)
    }

    #[inline(never)]
    fn attribute(&mut self, attribute: u16) -> Option<()> {
        let attribute = usize::from(attribute);
        require(attribute < self.attributes)?;
        *self.reads.get_mut(attribute / 64)? |= 1 << (attribute % 64);
        Some(())
    }

    /// Do the ends of a window lie where ECMAScript's dates lie?
    #[inline(never)]
    fn window(&mut self, window: &Window) -> Option<()> {
        self.cost.timed |= window.from.is_some() || window.to.is_some();
        let most = limits::MOMENT_MS.unsigned_abs();
        let fits = |end: Option<i64>| end.is_none_or(|end| end.unsigned_abs() <= most);
        require(fits(window.from) && fits(window.to))
    }

    #[inline(never)]
    fn literals(&self, literals: &Literals<'_>) -> Option<()> {
        let symbols = 1..=self.symbols;
        require(
            literals.booleans < 4
                && literals
                    .symbols
                    .iter()
                    .all(|symbol| symbols.contains(&(symbol as usize))),
        )
    }

    /// Is a resource what a condition takes it for? `weight` is what looking into it costs.
    #[inline(never)]
    fn resource(&mut self, index: u32, wanted: ResourceKind, weight: u32) -> Option<()> {
        self.cost.weigh(weight);
        let seen = self.resources.get_mut(index as usize)?;
        let kind = wanted as u16;
        if *seen & kind << 8 == 0 {
            *seen |= kind << 8;
            let bytes = self.resource_records.at(index)?;
            let sound = match wanted {
                ResourceKind::Automaton => resource::automaton(bytes).is_some_and(|(_, table)| table.check()),
                ResourceKind::Versions => resource::versions(bytes).is_some_and(|range| range.check()),
                ResourceKind::Networks => resource::networks(bytes).is_some_and(|networks| networks.check()),
                ResourceKind::Listed => resource::listed(bytes).is_some(),
                ResourceKind::Hashed => resource::hashed(bytes).is_some(),
            };
            if sound {
                *seen |= kind;
            }
        }
        require(*seen & kind > 0)
    }
}

/// Little-endian 16-bit numbers.
fn numbers(bytes: &[u8]) -> impl Iterator<Item = u16> {
    bytes.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair))
}

fn require(holds: bool) -> Option<()> {
    holds.then_some(())
}
