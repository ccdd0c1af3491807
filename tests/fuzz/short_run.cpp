// SPDX-License-Identifier: GPL-3.0-or-later
// short_run FOLDER ROUNDS: a fuzz target without libFuzzer, for the tests and any compiler. Every file of FOLDER, then
// ROUNDS inputs made from them by small damage, always the same ones. Unlike libFuzzer it does not search for new bugs;
// it prevents regressions. An input that crashes the target is kept as "crash-input" in the current folder.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <span>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

constexpr std::size_t longest_input = 64 * 1024;
constexpr unsigned seconds_for_one = 10;

/// The current input, where the parent finds it if the child crashes.
struct AtWork {
  std::size_t size;
  std::array<std::uint8_t, longest_input> bytes;
};

std::vector<Input> corpus_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& file : std::filesystem::directory_iterator(folder)) files.push_back(file.path());
  std::ranges::sort(files);  // the same order on every machine, so that the rounds are the same
  std::vector<Input> corpus;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return corpus;
}

class Damage {
 public:
  explicit Damage(const std::vector<Input>& corpus) : corpus_(corpus) {}

  Input next() {
    Input input = one_of(corpus_);
    for (std::size_t change = 1 + below(4); change > 0; --change) damage(input);
    if (input.size() > longest_input) input.resize(longest_input);
    return input;
  }

 private:
  std::size_t below(std::size_t end) { return end == 0 ? 0 : random_() % end; }
  const Input& one_of(const std::vector<Input>& inputs) { return inputs[below(inputs.size())]; }

  /// A byte that parsers trip over, or any.
  std::uint8_t byte() {
    constexpr std::array<std::uint8_t, 8> odd{0x00, 0x01, 0x7F, 0x80, 0xFF, '\n', '0', '9'};
    return below(2) == 0 ? odd[below(odd.size())] : static_cast<std::uint8_t>(random_());
  }

  void damage(Input& input) {
    const std::size_t at = below(input.size() + 1);
    const auto place = input.begin() + static_cast<std::ptrdiff_t>(at);
    const std::size_t length = std::min(input.size() - at, std::size_t{1} << below(7));
    switch (below(5)) {
      case 0:
        std::generate_n(place, std::min<std::size_t>(length, 4), [this] { return byte(); });
        break;
      case 1:
        input.erase(place, place + static_cast<std::ptrdiff_t>(length));
        break;
      case 2:
        input.insert(place, 1 + below(8), byte());
        break;
      case 3:
        input.resize(at);
        break;
      default: {  // the end of another input
        const Input& other = one_of(corpus_);
        const auto from = other.begin() + static_cast<std::ptrdiff_t>(below(other.size() + 1));
        input.erase(place, input.end());
        input.insert(input.end(), from, other.end());
      }
    }
  }

  const std::vector<Input>& corpus_;
  std::mt19937 random_{20261123};  // NOLINT(cert-msc51-cpp): the same rounds every time
};

[[noreturn]] void run(const std::vector<Input>& corpus, std::size_t rounds, AtWork& at_work) {
  const auto feed = [&at_work](std::span<const std::uint8_t> input) {
    at_work.size = input.size();
    std::ranges::copy(input, at_work.bytes.begin());
    ::alarm(seconds_for_one);
    LLVMFuzzerTestOneInput(input.data(), input.size());
  };
  for (const Input& input : corpus) feed(input);
  Damage damage(corpus);
  for (std::size_t round = 0; round < rounds; ++round) feed(damage.next());
  std::_Exit(0);
}

/// Runs everything in a child, so that a crash of the target does not lose its input.
int run_and_keep_crash(const std::vector<Input>& corpus, std::size_t rounds) {
  void* shared = ::mmap(nullptr, sizeof(AtWork), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) throw std::runtime_error("no memory to share");
  auto& at_work = *static_cast<AtWork*>(shared);
  const pid_t child = ::fork();
  if (child == 0) run(corpus, rounds, at_work);
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child) throw std::runtime_error("no child");
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    std::cout << corpus.size() << " files and " << rounds << " rounds, no findings\n";
    return 0;
  }
  std::ofstream("crash-input", std::ios::binary)
      .write(reinterpret_cast<const char*>(at_work.bytes.data()), static_cast<std::streamsize>(at_work.size));
  std::cerr << (WIFSIGNALED(status) ? ::strsignal(WTERMSIG(status)) : "ended early") << ", on the input that is now in "
            << std::filesystem::current_path() / "crash-input" << '\n';
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  std::size_t rounds = 0;
  if (arguments.size() != 3 ||
      std::from_chars(arguments[2], arguments[2] + std::strlen(arguments[2]), rounds).ec != std::errc()) {
    std::cerr << "usage: FOLDER ROUNDS\n";
    return 64;
  }
  try {
    const auto corpus = corpus_in(arguments[1]);
    if (corpus.empty()) throw std::runtime_error("no corpus");
    return run_and_keep_crash(corpus, rounds);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
