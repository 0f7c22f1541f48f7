//! Input files as streams of unpacked bytes, fingerprinted as they are read.

use crate::codes::{F101, F104};
use crate::disk::{File, metadata};
use crate::error::{error, unreadable};
use dianzhi_core::Text;
use dianzhi_policy::Diagnostic;
use memchr::memchr_iter;
use serde::{Deserialize, Serialize};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What an input is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// REGION.toml
    Region,
    /// The groups table.
    Groups,
    /// The hospitals table.
    Hospitals,
    /// The prepayments table.
    Prepayments,
    /// The prices of diseases.
    Prices,
    /// The institution caps table.
    Caps,
    /// The people paid for by head.
    Enrolment,
    /// What was decided of special cases.
    Reviews,
    /// Readmissions for a good reason.
    Reasons,
    /// Points taken away.
    Penalties,
    /// Procured drugs.
    Procurement,
    /// Hospital coefficients.
    Coefficients,
    /// Their bonuses.
    Bonuses,
    /// What experts and negotiations change of calibrated weights.
    Adjustments,
    /// Names of diagnoses and procedures.
    Names,
    /// The scheme package that groups claims without a group code.
    Scheme,
    /// The DIP directory that does.
    Directory,
    /// A file of claims.
    Claims,
}

/// An input file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// What it is for.
    pub role: Role,
    /// Its path as matched, relative to the region file: the name in every message and output.
    pub name: String,
    /// Where to open it.
    pub path: PathBuf,
}

/// The content of a file in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Its length, packed as it stands.
    pub bytes: u64,
    /// BLAKE3 in hexadecimal, as `b3sum` prints it.
    pub blake3: String,
    /// SHA-256 in hexadecimal, where asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

impl Fingerprint {
    /// Of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8], with_sha256: bool) -> Fingerprint {
        let mut hasher = Hasher::new(with_sha256);
        hasher.update(bytes);
        hasher.fingerprint()
    }

    /// Of a file as it stands, without SHA-256.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn of_file(path: &Path) -> io::Result<Fingerprint> {
        fingerprint(path, false)
    }
}

/// Takes bytes and gives their [`Fingerprint`].
pub(crate) struct Hasher {
    bytes: u64,
    blake3: blake3::Hasher,
    sha256: Option<sha2::Sha256>,
}

impl Hasher {
    pub(crate) fn new(with_sha256: bool) -> Hasher {
        Hasher {
            bytes: 0,
            blake3: blake3::Hasher::new(),
            sha256: with_sha256.then(<sha2::Sha256 as sha2::Digest>::new),
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.blake3.update(bytes);
        if let Some(sha256) = &mut self.sha256 {
            sha2::Digest::update(sha256, bytes);
        }
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        Fingerprint {
            bytes: self.bytes,
            blake3: self.blake3.finalize().to_hex().to_string(),
            sha256: self.sha256.clone().map(|sha256| hex(&sha2::Digest::finalize(sha256))),
        }
    }
}

/// A pipe or a device: files are read more than once, and its bytes would be gone the second time.
fn not_a_file(name: &str) -> Diagnostic {
    error(
        F101,
        Text::new(
            format!("{name} 不是普通文件（管道或设备不能重复读取）"),
            format!("{name} is no regular file; a pipe or device cannot be read twice"),
        ),
        Text::new("先存成文件，再给出文件名", "save it as a file first and name that"),
    )
}

type Shared = Arc<Mutex<Hasher>>;

/// Reads a file and fingerprints what it reads.
struct HashingReader {
    file: File,
    hasher: Shared,
}

impl Read for HashingReader {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buf)?;
        // A panic while holding the lock cannot leave the hasher half-updated in a way that matters:
        // the run is over then.
        let mut hasher = self.hasher.lock().unwrap_or_else(PoisonError::into_inner);
        hasher.update(&buf[..read]);
        Ok(read)
    }
}

/// An input being read: unpacked bytes out, fingerprint of the packed bytes on the side.
pub(crate) struct Source {
    reader: Box<dyn Read + Send>,
    hasher: Shared,
    packed: bool,
    name: String,
}

/// Enough for BLAKE3 to work on many pieces at a time.
const SKIPPED_AT_ONCE: usize = 512 << 10;

/// How a file is packed, by its name.
fn is_packed(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?;
    ["gz", "zst"]
        .into_iter()
        .find(|packed| extension.eq_ignore_ascii_case(packed))
}

impl Source {
    /// Opens an input; `.gz` and `.zst` are unpacked as they are read.
    pub(crate) fn open(input: &InputFile, with_sha256: bool) -> Result<Source, Diagnostic> {
        // Before it is opened, which would wait for a writer for ever where it is a pipe.
        let metadata = metadata(&input.path).map_err(|e| unreadable(&input.name, &e))?;
        if metadata.is_dir() {
            return Err(unreadable(&input.name, &io::Error::from(io::ErrorKind::IsADirectory)));
        }
        if !metadata.is_file() {
            return Err(not_a_file(&input.name));
        }
        let file = File::open(&input.path).map_err(|e| unreadable(&input.name, &e))?;
        let hasher = Arc::new(Mutex::new(Hasher::new(with_sha256)));
        let raw = HashingReader {
            file,
            hasher: Arc::clone(&hasher),
        };
        let packed = is_packed(&input.path);
        let reader: Box<dyn Read + Send> = match packed {
            Some("gz") => Box::new(flate2::read::MultiGzDecoder::new(io::BufReader::with_capacity(
                128 << 10,
                raw,
            ))),
            Some(_) => {
                let decoder = zstd::stream::read::Decoder::new(raw).map_err(|e| unreadable(&input.name, &e))?;
                Box::new(decoder)
            }
            None => Box::new(raw),
        };
        Ok(Source {
            reader,
            hasher,
            packed: packed.is_some(),
            name: input.name.clone(),
        })
    }

    /// Fills `buffer` from its start; fewer bytes than it holds only at the end of the file.
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, Diagnostic> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.reader.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(self.failed(&e)),
            }
        }
        Ok(filled)
    }

    /// Everything that is left.
    pub(crate) fn rest(&mut self) -> Result<Vec<u8>, Diagnostic> {
        let mut bytes = Vec::new();
        self.reader.read_to_end(&mut bytes).map_err(|e| self.failed(&e))?;
        Ok(bytes)
    }

    /// Passes over so many bytes, or what there is of them.
    pub(crate) fn skip(&mut self, bytes: u64) -> Result<(), Diagnostic> {
        let mut buffer = vec![0; SKIPPED_AT_ONCE];
        let mut left = bytes;
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
            match self.fill(&mut buffer[..most])? {
                0 => break,
                read => left -= read as u64,
            }
        }
        Ok(())
    }

    /// Reads what is left; whether the file held just what `then` tells.
    pub(crate) fn ends_as(&mut self, then: &Fingerprint) -> Result<bool, Diagnostic> {
        self.skip(u64::MAX)?;
        let now = self.fingerprint();
        Ok((now.bytes, &now.blake3) == (then.bytes, &then.blake3))
    }

    fn failed(&self, source: &io::Error) -> Diagnostic {
        if !self.packed {
            return unreadable(&self.name, source);
        }
        let name = &self.name;
        error(
            F104,
            Text::new(
                format!("{name} 无法解压：{source}"),
                format!("{name} does not unpack: {source}"),
            ),
            Text::new("重新导出或重新传送该文件", "export or transfer the file again"),
        )
    }

    /// The fingerprint of the bytes read so far; of the whole file once it gave its last byte.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.hasher.lock().unwrap_or_else(PoisonError::into_inner).fingerprint()
    }

    /// Packed bytes read so far.
    pub(crate) fn packed_bytes(&self) -> u64 {
        self.hasher.lock().unwrap_or_else(PoisonError::into_inner).bytes
    }

    /// A plain reader over what is left.
    pub(crate) fn into_reader(self) -> Box<dyn Read + Send> {
        self.reader
    }
}

/// Lines of a file before a position.
pub(crate) fn lines_before(input: &InputFile, offset: u64) -> Result<u64, Diagnostic> {
    let mut reader = Source::open(input, false)?.into_reader().take(offset);
    let mut lines = 0;
    each_read(
        &mut reader,
        |e| unreadable(&input.name, &e),
        |bytes| {
            lines += memchr_iter(b'\n', bytes).count() as u64;
            Ok(())
        },
    )?;
    Ok(lines)
}

/// The fingerprint of a file as it stands.
pub(crate) fn fingerprint(path: &Path, with_sha256: bool) -> io::Result<Fingerprint> {
    let mut hasher = Hasher::new(with_sha256);
    each_read(
        &mut File::open(path)?,
        |e| e,
        |bytes| {
            hasher.update(bytes);
            Ok(())
        },
    )?;
    Ok(hasher.fingerprint())
}

/// Takes what is left of a reader, a buffer at a time, to its end.
pub(crate) fn each_read<E>(
    reader: &mut impl Read,
    failed: impl Fn(io::Error) -> E,
    mut take: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut buffer = vec![0; 256 << 10];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => take(&buffer[..read])?,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(failed(e)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_that_nobody_writes_to_is_refused_and_not_waited_for() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("claims.csv");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        if !made.is_ok_and(|status| status.success()) {
            return;
        }
        let input = InputFile {
            role: Role::Claims,
            name: "claims.csv".to_owned(),
            path,
        };
        let refused = Source::open(&input, false).err().unwrap();
        assert_eq!(refused.code, F101.id);
    }
}
