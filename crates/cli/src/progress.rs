//! Progress on stderr while a command works: a bar, lines, or JSON.

use crate::figures::count;
use crate::lang::pick;
use dianzhi::engine::Lang;
use dianzhi::{Progress, Stage};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Bar,
    Plain,
    Json,
    None,
}

impl How {
    /// `--progress`; `auto` is a bar on a terminal and nothing elsewhere.
    pub(crate) fn of(word: Option<&str>) -> How {
        match word {
            Some("plain") => How::Plain,
            Some("json") => How::Json,
            Some("none") => How::None,
            _ if std::io::stderr().is_terminal() => How::Bar,
            _ => How::None,
        }
    }

    fn tick(self) -> Duration {
        match self {
            How::Bar => Duration::from_millis(100),
            _ => Duration::from_secs(1),
        }
    }
}

/// A thread that shows progress until this is dropped.
pub(crate) struct Shown {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts to show `progress`.
pub(crate) fn show(progress: &Arc<Progress>, how: How, lang: Lang) -> Shown {
    if how == How::None {
        return Shown {
            stop: None,
            thread: None,
        };
    }
    let (stop, stopped) = channel::<()>();
    let progress = Arc::clone(progress);
    let thread = std::thread::spawn(move || {
        let mut painter = Painter::new(how, lang);
        while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(how.tick()) {
            painter.paint(&Seen::of(&progress));
        }
        painter.finish(&Seen::of(&progress));
    });
    Shown {
        stop: Some(stop),
        thread: Some(thread),
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        // The thread sees the closed channel at once.
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The counters at one moment.
struct Seen {
    stage: Stage,
    bytes_read: u64,
    bytes_total: u64,
    claims_read: u64,
    claims_written: u64,
}

impl Seen {
    fn of(progress: &Progress) -> Seen {
        let (bytes_read, bytes_total) = progress.bytes();
        Seen {
            stage: progress.stage(),
            bytes_read,
            bytes_total,
            claims_read: progress.claims_read(),
            claims_written: progress.claims_written(),
        }
    }

    /// What is done and how much it will be: bytes while reading, then claims.
    fn done(&self) -> (u64, u64) {
        match self.stage {
            Stage::Reading => (self.bytes_read, self.bytes_total),
            Stage::Pricing => (0, self.claims_read),
            Stage::Writing => (self.claims_written, self.claims_read),
            Stage::Publishing => (self.claims_read, self.claims_read),
        }
    }
}

fn stage_id(stage: Stage) -> &'static str {
    match stage {
        Stage::Reading => "reading",
        Stage::Pricing => "pricing",
        Stage::Writing => "writing",
        Stage::Publishing => "publishing",
    }
}

fn stage_name(stage: Stage, lang: Lang) -> &'static str {
    let (zh, en) = match stage {
        Stage::Reading => ("读取", "reading"),
        Stage::Pricing => ("计价", "pricing"),
        Stage::Writing => ("写出", "writing"),
        Stage::Publishing => ("发布", "publishing"),
    };
    pick(lang, zh, en)
}

/// One tick as JSON.
#[derive(Serialize)]
struct Tick {
    stage: &'static str,
    bytes_read: u64,
    bytes_total: u64,
    claims_read: u64,
    claims_written: u64,
}

/// Draws what is seen.
struct Painter {
    how: How,
    lang: Lang,
    bar: Option<ProgressBar>,
    /// When the stage that is shown began.
    since: (Stage, Instant),
}

impl Painter {
    fn new(how: How, lang: Lang) -> Painter {
        let bar = (how == How::Bar).then(|| {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{prefix} {bar:30} {percent:>3}%  {wide_msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Painter {
            how,
            lang,
            bar,
            since: (Stage::Reading, Instant::now()),
        }
    }

    fn paint(&mut self, seen: &Seen) {
        if self.since.0 != seen.stage {
            self.since = (seen.stage, Instant::now());
        }
        match (&self.bar, self.how) {
            (Some(bar), _) => {
                let (done, total) = seen.done();
                bar.set_length(total);
                bar.set_position(done);
                bar.set_prefix(stage_name(seen.stage, self.lang));
                bar.set_message(self.words(seen));
            }
            (None, How::Json) => {
                let tick = Tick {
                    stage: stage_id(seen.stage),
                    bytes_read: seen.bytes_read,
                    bytes_total: seen.bytes_total,
                    claims_read: seen.claims_read,
                    claims_written: seen.claims_written,
                };
                if let Ok(line) = serde_json::to_string(&tick) {
                    print_line(&line);
                }
            }
            _ => {
                let (done, total) = seen.done();
                // Whole percents, for the eye only.
                let percent = (done * 100).checked_div(total).unwrap_or(0).min(100);
                print_line(&format!(
                    "{} {percent}%  {}",
                    stage_name(seen.stage, self.lang),
                    self.words(seen)
                ));
            }
        }
    }

    /// Claims, claims a second and the time left. A guess for people, so floats are good enough
    /// here: nothing of it goes into a result.
    fn words(&self, seen: &Seen) -> String {
        let claims = match seen.stage {
            Stage::Writing => seen.claims_written,
            _ => seen.claims_read,
        };
        let mut words = pick(
            self.lang,
            format!("{} 条", count(claims)),
            format!("{} claims", count(claims)),
        );
        let seconds = self.since.1.elapsed().as_secs_f64();
        if seconds < 0.2 || !matches!(seen.stage, Stage::Reading | Stage::Writing) {
            return words;
        }
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a speed for the eye"
        )]
        let per_second = (claims as f64 / seconds) as u64;
        words += &pick(
            self.lang,
            format!("  {} 条/秒", count(per_second)),
            format!("  {} claims/s", count(per_second)),
        );
        let (done, total) = seen.done();
        if done > 0 && done <= total {
            #[allow(clippy::cast_precision_loss, reason = "a guess for the eye")]
            let left = seconds * (total - done) as f64 / done as f64;
            words += &pick(self.lang, format!("  剩余 {left:.0} 秒"), format!("  {left:.0} s left"));
        }
        words
    }

    /// Takes the bar away, or tells programs how far it came in the end.
    fn finish(&mut self, seen: &Seen) {
        match &self.bar {
            Some(bar) => bar.finish_and_clear(),
            None if self.how == How::Json => self.paint(seen),
            None => {}
        }
    }
}

fn print_line(line: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = writeln!(stderr, "{line}");
}
