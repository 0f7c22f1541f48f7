//! Worker threads.

use crate::codes::F106;
use crate::error::{Failure, error};
use dianzhi_core::Text;

/// A pool of worker threads.
pub(crate) fn workers(threads: Option<usize>) -> Result<rayon::ThreadPool, Failure> {
    // 0 lets rayon take one a processor.
    let builder = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0));
    builder.build().map_err(|e| {
        let text = Text::new(format!("无法启动线程：{e}"), format!("cannot start threads: {e}"));
        let help = Text::new("用 --threads 指定较少的线程", "ask for fewer with --threads");
        Failure::from(error(F106, text, help))
    })
}
