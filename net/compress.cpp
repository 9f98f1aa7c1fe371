#include "net/compress.hpp"

#include <zlib.h>

#include <stdexcept>

namespace stoa {

namespace {

// One compressor per thread and format: its quarter of a megabyte is paid once, not per message.
class compressor {
public:
  explicit compressor(int window_bits) {
    if (deflateInit2(&state_, 5, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::bad_alloc{};
  }
  compressor(const compressor&) = delete;
  compressor& operator=(const compressor&) = delete;
  ~compressor() { deflateEnd(&state_); }

  std::string run(std::string_view text, int flush) {
    deflateReset(&state_);
    std::string out(deflateBound(&state_, text.size()) + 16, '\0');
    state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    state_.avail_in = static_cast<uInt>(text.size());
    state_.next_out = reinterpret_cast<Bytef*>(out.data());
    state_.avail_out = static_cast<uInt>(out.size());
    // The output has room for the worst case, so one call does it all.
    deflate(&state_, flush);
    out.resize(out.size() - state_.avail_out);
    return out;
  }

private:
  z_stream state_{};
};

}  // namespace

std::string gzip(std::string_view text) {
  thread_local compressor worker{15 + 16};
  return worker.run(text, Z_FINISH);
}

std::string deflate_message(std::string_view text) {
  thread_local compressor worker{-15};
  auto out = worker.run(text, Z_SYNC_FLUSH);
  out.resize(out.size() - 4);
  return out;
}

}  // namespace stoa
