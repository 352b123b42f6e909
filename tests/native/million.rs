//! The differential run: a million units, the same in every host.

use crate::frame::{Keys, Request, moment};
use crate::suite::{read, some_default};
use serde_json::{Value as Json, json};
use std::ops::Range;
use tidegate::{Client, Context, Scope, Trust, Value};

/// `million.json`.
pub(crate) struct Million {
    content: Json,
}

/// What a host comes to: one digest for each chunk of units, and one over all.
pub(crate) struct Digests {
    pub(crate) chunks: Vec<String>,
    pub(crate) all: String,
}

impl Million {
    pub(crate) fn read() -> Self {
        Self {
            content: read("million.json"),
        }
    }

    /// Decides the first `count` units, on every core.
    pub(crate) fn digests(&self, keys: &Keys, count: u32) -> Digests {
        let chunk = self.content["chunk"].as_u64().unwrap() as u32;
        let starts: Vec<u32> = (0..count).step_by(chunk as usize).collect();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let client = self.client(keys);
        let parts = std::thread::scope(|scope| {
            let each = starts.len().div_ceil(threads);
            let parts: Vec<_> = starts
                .chunks(each)
                .map(|starts| {
                    let digest = |start: &u32| self.digest(&client, *start..(start + chunk).min(count));
                    scope.spawn(move || starts.iter().map(digest).collect::<Vec<_>>())
                })
                .collect();
            parts
                .into_iter()
                .flat_map(|part| part.join().unwrap())
                .collect::<Vec<_>>()
        });
        let mut all = Digest::new();
        parts
            .iter()
            .flat_map(|digest| digest.hashes)
            .for_each(|hash| all.add(hash));
        Digests {
            chunks: parts.iter().map(Digest::text).collect(),
            all: all.text(),
        }
    }

    fn client(&self, keys: &Keys) -> Client {
        let request = Request::of(&self.content);
        let scope = Scope::parse(&request.scope()).unwrap();
        let mut client = Client::new(Trust::parse(&keys.trust("trusted")).unwrap(), Some(scope));
        client
            .load(request.frame(keys, "million.json"), request.issued_at_ms)
            .unwrap();
        client
    }

    fn digest(&self, client: &Client, units: Range<u32>) -> Digest {
        let now_ms = moment(&self.content["now"]);
        let texts = |name: &str| -> Vec<String> {
            self.content[name]
                .as_array()
                .unwrap()
                .iter()
                .map(|text| text.as_str().unwrap().into())
                .collect()
        };
        let (flags, countries) = (texts("flags"), texts("countries"));
        let tables = Tables {
            accents: texts("accents"),
            emoji: texts("emoji"),
        };
        let variants: Vec<Vec<String>> = flags.iter().map(|flag| self.variants(flag)).collect();
        let mut digest = Digest::new();
        for index in units {
            let mut context = Context::default().with("country", countries[index as usize % 4].as_str());
            if let Some(unit) = tables.unit(index) {
                context = context.with("targetingKey", unit);
            }
            let binding = client.bind(&context).unwrap();
            for (flag, variants) in flags.iter().zip(&variants) {
                let answer = binding.evaluate(flag, now_ms).unwrap();
                let name = answer.variant().unwrap();
                digest.add(variants.iter().position(|variant| variant == name).unwrap() as u32);
                digest.add(answer.exit() as u32);
                digest.add(answer.bucket().unwrap_or(u32::MAX));
            }
        }
        digest
    }

    /// The run with its frame and the digests of this host.
    pub(crate) fn prepared(&self, keys: &Keys) -> Json {
        let digests = self.digests(keys, self.content["units"].as_u64().unwrap() as u32);
        let request = Request::of(&self.content);
        let mut prepared = self.content.clone();
        let flags = self.content["flags"].as_array().unwrap().iter();
        let flags = flags.map(|flag| flag.as_str().unwrap());
        prepared["variants"] = flags.clone().map(|flag| json!(self.variants(flag))).collect();
        prepared["defaults"] = flags
            .map(|flag| some_default(&self.content["project"], flag))
            .collect();
        prepared["now"] = json!(moment(&self.content["now"]));
        prepared["issuedAt"] = json!(request.issued_at_ms);
        prepared["scope"] = json!(request.scope());
        prepared["frame"] = json!(data_encoding::BASE64.encode(&request.frame(keys, "million.json")));
        prepared["digest"] = json!(digests.all);
        prepared["chunks"] = json!(digests.chunks);
        prepared
    }

    fn variants(&self, flag: &str) -> Vec<String> {
        let file = &self.content["project"][format!("flags/{flag}.yaml")];
        file["variants"].as_object().unwrap().keys().cloned().collect()
    }
}

/// What units are drawn from.
struct Tables {
    accents: Vec<String>,
    emoji: Vec<String>,
}

impl Tables {
    /// Unit `index`; `None` when it has none.
    fn unit(&self, index: u32) -> Option<Value> {
        let mut draw = Draw {
            state: 0x9E37_79B9_u32.wrapping_mul(index.wrapping_add(1)),
        };
        let point = |point: u32| char::from_u32(point).unwrap();
        Some(match draw.below(16) {
            0..=4 => draw.text(24, |draw| point(0x20 + draw.below(95))),
            5 => draw.pieces(12, &self.accents),
            6 => draw.text(8, |draw| point(0x4E00 + draw.below(20_902))),
            7 => draw.pieces(4, &self.emoji),
            8 => draw.units(6, |draw| match draw.below(2) {
                0 => 0x61 + draw.below(26),
                _ => 0xD800 + draw.below(2_048),
            }),
            9 => draw.units(16, |draw| draw.below(65_536)),
            10 => Value::Number(f64::from(draw.below(1 << 31)) - f64::from(1 << 30)),
            11 => {
                let number = f64::from(draw.below(1 << 22)) * 4_294_967_296.0 + f64::from(draw.next());
                Value::Number(if draw.below(2) == 1 { -number } else { number })
            }
            12 => Value::Number(f64::from(draw.below(1_000_000)) / 8.0),
            13 => match draw.below(4) {
                0 => Value::Text(String::new()),
                1 => return None,
                2 => Value::Text(" ".into()),
                _ => Value::Boolean(true),
            },
            14 => Value::Text(point(0x21 + draw.below(94)).to_string().repeat(1_024)),
            _ => match draw.below(2) {
                0 => Value::Text(draw.next().to_string()),
                _ => Value::Text((0..341).map(|_| point(0x3041 + draw.below(86))).collect()),
            },
        })
    }
}

/// The generator of one unit: Mulberry32.
struct Draw {
    state: u32,
}

impl Draw {
    fn next(&mut self) -> u32 {
        self.state = self.state.wrapping_add(0x6D2B_79F5);
        let mixed = (self.state ^ self.state >> 15).wrapping_mul(self.state | 1);
        let mixed = mixed ^ mixed.wrapping_add((mixed ^ mixed >> 7).wrapping_mul(mixed | 61));
        mixed ^ mixed >> 14
    }

    fn below(&mut self, limit: u32) -> u32 {
        self.next() % limit
    }

    fn text(&mut self, most: u32, letter: impl Fn(&mut Self) -> char) -> Value {
        let length = 1 + self.below(most);
        Value::Text((0..length).map(|_| letter(self)).collect())
    }

    fn pieces(&mut self, most: u32, table: &[String]) -> Value {
        let length = 1 + self.below(most);
        Value::Text(
            (0..length)
                .map(|_| table[self.below(table.len() as u32) as usize].as_str())
                .collect(),
        )
    }

    fn units(&mut self, most: u32, unit: impl Fn(&mut Self) -> u32) -> Value {
        let length = 1 + self.below(most);
        let units: Vec<u16> = (0..length).map(|_| unit(self) as u16).collect();
        Value::Text(String::from_utf16_lossy(&units))
    }
}

/// Two hashes over words, as FNV-1a with two primes.
struct Digest {
    hashes: [u32; 2],
}

impl Digest {
    fn new() -> Self {
        Self {
            hashes: [2_166_136_261, 2_654_435_769],
        }
    }

    fn add(&mut self, word: u32) {
        for (hash, prime) in self.hashes.iter_mut().zip([16_777_619, 2_246_822_519]) {
            *hash = (*hash ^ word).wrapping_mul(prime);
        }
    }

    fn text(&self) -> String {
        format!("{:08x}{:08x}", self.hashes[0], self.hashes[1])
    }
}
