use ruzstd::decoding::StreamingDecoder;
use std::io::{self, BufRead, BufReader, Cursor, Read};

/// Bytes that are read at once.
const CHUNK: usize = 256 << 10;

/// The bytes of a log, decompressed as its first bytes say, or the end of its name: brotli has no mark of its own.
pub(super) fn decompressed(name: &str, mut read: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    let mut mark = Vec::new();
    read.by_ref().take(4).read_to_end(&mut mark)?;
    let kind = match mark.as_slice() {
        [0x1f, 0x8b, ..] => Kind::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd] => Kind::Zstd,
        // An empty file is no damaged one.
        [_, ..] if name.ends_with(".br") => Kind::Brotli,
        _ => Kind::None,
    };
    let whole = BufReader::with_capacity(CHUNK, Cursor::new(mark).chain(read));
    Ok(match kind {
        Kind::None => Box::new(whole),
        Kind::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(whole)),
        Kind::Zstd => Box::new(Frames::Between(whole)),
        Kind::Brotli => Box::new(brotli::Decompressor::new(whole, CHUNK)),
    })
}

enum Kind {
    None,
    Gzip,
    Zstd,
    Brotli,
}

/// Zstandard frames, one behind the other, as `zstd` appends them.
enum Frames<R: BufRead> {
    Between(R),
    Within(Box<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>),
    Ended,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(self, Self::Ended) {
                Self::Ended => return Ok(0),
                Self::Between(mut source) => {
                    if !source.fill_buf()?.is_empty() {
                        let decoder = StreamingDecoder::new(source).map_err(invalid)?;
                        *self = Self::Within(Box::new(decoder));
                    }
                }
                Self::Within(mut decoder) => {
                    let count = decoder.read(into)?;
                    *self = if count > 0 || into.is_empty() {
                        Self::Within(decoder)
                    } else {
                        Self::Between(decoder.into_inner())
                    };
                    if count > 0 || into.is_empty() {
                        return Ok(count);
                    }
                }
            }
        }
    }
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
