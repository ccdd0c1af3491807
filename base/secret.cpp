// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/secret.h"

#include <cstring>
#include <utility>

namespace casweep::base {

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();  // first, because the assignment may give the old buffer back
    value_ = other.value_;
  }
  return *this;
}

Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) {
  other.wipe();  // a short string is copied by a move, and stays behind
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    value_ = std::move(other.value_);
    other.wipe();
  }
  return *this;
}

Secret::~Secret() { wipe(); }

void Secret::wipe() noexcept {
  value_.resize(value_.capacity());  // allocates nothing, and reaches what a shorter value left behind
  explicit_bzero(value_.data(), value_.size());
  value_.clear();
}

}  // namespace casweep::base
