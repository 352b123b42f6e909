use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// How the bytes of an answer are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Identity,
    Gzip,
    Brotli,
}

/// What compression made of some bytes; nothing where it saved too little.
#[derive(Debug)]
pub(super) struct Compressed {
    pub(super) gzip: Option<Bytes>,
    pub(super) brotli: Option<Bytes>,
}

/// Up to here the best compression is worth its time: larger snapshots would wait for minutes.
const BEST_UP_TO_BYTES: usize = 1 << 20;

/// What is smaller travels in one packet anyway.
const WORTH_IT_FROM_BYTES: usize = 1_024;

impl Coding {
    pub(super) const COUNT: usize = 3;
    pub(super) const ALL: [Self; Self::COUNT] = [Self::Identity, Self::Gzip, Self::Brotli];

    /// As `content-encoding` has it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
    }

    /// What stands behind the tag of the plain bytes.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Gzip => "-gz",
            Self::Brotli => "-br",
        }
    }

    /// The coding that the request likes best among those that there are; plain bytes where it likes none.
    ///
    /// Of codings that it likes alike, the smallest.
    pub(super) fn chosen(headers: &HeaderMap, available: impl Fn(Self) -> bool) -> Self {
        let mut best = (Self::Identity, 0);
        for coding in [Self::Brotli, Self::Gzip, Self::Identity] {
            let quality = coding.quality(headers);
            if quality > best.1 && available(coding) {
                best = (coding, quality);
            }
        }
        best.0
    }

    /// How much `accept-encoding` likes it, in thousandths.
    fn quality(self, headers: &HeaderMap) -> u32 {
        // Plain bytes are welcome unless they are ruled out, but less than what was asked for by name.
        let mut quality = u32::from(self == Self::Identity);
        let mut by_name = false;
        let offers = headers
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        for offer in offers {
            let (name, parameters) = offer.split_once(';').unwrap_or((offer, ""));
            let name = name.trim();
            let names_it = name.eq_ignore_ascii_case(self.name())
                || (self == Self::Gzip && name.eq_ignore_ascii_case("x-gzip"));
            if names_it || (name == "*" && !by_name) {
                by_name |= names_it;
                quality = thousandths(parameters);
            }
        }
        quality
    }
}

/// `q=0.5` is 500; what is not understood is not liked.
fn thousandths(parameters: &str) -> u32 {
    let Some(quality) = parameters.trim().strip_prefix(['q', 'Q']) else {
        return if parameters.trim().is_empty() { 1_000 } else { 0 };
    };
    let quality = quality.trim_start().strip_prefix('=').unwrap_or_default().trim();
    match quality.parse::<f32>() {
        // Within bounds, so that nothing is lost but what stands behind the third digit.
        Ok(quality) if (0.0..=1.0).contains(&quality) => (quality * 1_000.0) as u32,
        _ => 0,
    }
}

/// Takes seconds for a megabyte.
pub(super) fn compressed(bytes: &Bytes) -> Compressed {
    let worth_it =
        |coded: Vec<u8>| (coded.len() < bytes.len() - bytes.len() / 16).then(|| Bytes::from(coded));
    if bytes.len() < WORTH_IT_FROM_BYTES {
        return Compressed {
            gzip: None,
            brotli: None,
        };
    }
    Compressed {
        gzip: gzip(bytes).and_then(worth_it),
        brotli: brotli(bytes).and_then(worth_it),
    }
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

fn brotli(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: if bytes.len() <= BEST_UP_TO_BYTES { 11 } else { 5 },
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut coded = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut coded, &parameters).ok()?;
    Some(coded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha512};

    #[test]
    fn the_coding_that_is_liked_best_is_chosen() {
        use Coding::{Brotli, Gzip, Identity};
        for (accepted, chosen) in [
            ("", Identity),
            ("gzip", Gzip),
            ("x-gzip", Gzip),
            ("gzip, deflate, br", Brotli),
            ("GZIP;Q=1.0, Br ; q = 0.9", Gzip),
            ("br;q=0.5, gzip;q=0.501", Gzip),
            ("br;q=0, gzip;q=0", Identity),
            ("*", Brotli),
            ("*;q=0.5, br;q=0", Gzip),
            ("br;q=0, *", Gzip),
            ("identity, br;q=0.5", Identity),
            ("br;q=1.5", Identity),
            ("br;quality=1", Identity),
            ("deflate", Identity),
            ("identity;q=0", Identity),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, accepted.parse().unwrap());
            assert_eq!(Coding::chosen(&headers, |_| true), chosen, "{accepted}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_chosen() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, "br, gzip;q=0.1".parse().unwrap());
        assert_eq!(
            Coding::chosen(&headers, |coding| coding != Coding::Brotli),
            Coding::Gzip
        );
        assert_eq!(
            Coding::chosen(&headers, |coding| coding == Coding::Identity),
            Coding::Identity
        );
    }

    #[test]
    fn noise_and_small_files_are_left_as_they_are() {
        let noise: Vec<u8> = (0..40_u8).flat_map(|seed| Sha512::digest([seed])).collect();
        let made = compressed(&Bytes::from(noise));
        assert!(made.gzip.is_none() && made.brotli.is_none());
        let made = compressed(&Bytes::from(vec![7; 2_000]));
        assert!(made.gzip.is_some() && made.brotli.is_some());
        let made = compressed(&Bytes::from(vec![7; 1_000]));
        assert!(made.gzip.is_none() && made.brotli.is_none());
    }
}
