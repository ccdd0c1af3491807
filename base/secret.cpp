// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/secret.h"

#include <cstring>
#include <utility>

namespace casweep::base {

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();  // first, because the assignment may free the old buffer
    value_ = other.value_;
  }
  return *this;
}

Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) {
  other.wipe();  // moving a short string copies it and leaves the original
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
  value_.resize(value_.capacity());  // allocates nothing, and covers the remains of a longer earlier value
  explicit_bzero(value_.data(), value_.size());
  value_.clear();
}

}  // namespace casweep::base
