// epochs -> a trained member: order, steps, schedule, validation, patience, best weights, in one call without Python.
//
// The definition is `_run_member` of engine/contract.py, line by line.
#ifndef CHAINRULE_RUN_H
#define CHAINRULE_RUN_H

#include "step.h"

enum Stop { RUNNING, EPOCHS, PATIENCE, GOAL, NONFINITE, INTERRUPTED };

struct Until {
    long long epochs, patience;
    double min_delta, goal;
    long long probe;
    bool ties;
    double share;
    Natural member;  // whose order and choices are drawn
};

// Rate and state of a schedule: inputs (k, state…, the rest) -> rate; (loss, state…, the rest) -> each line's value.
struct Schedule {
    const Code *rate, *at_epoch;
    std::vector<double> rate_inputs, epoch_inputs;
    std::vector<int> final_line;  // per state letter the line that sets it last, −1 none
    bool moves;                   // the rate reads k
};

// Looks at the clock seldom: every so many calls that about a millisecond passes in between.
class Ticker {
  public:
    bool due() {
        if (--left_ > 0) return false;
        const Clock::time_point now = Clock::now();
        const double passed = std::chrono::duration<double>(now - last_).count();
        last_ = now;
        if (passed < 1e-3 && every_ < 1 << 16) every_ *= 2;
        if (passed > 4e-3 && every_ > 1) every_ /= 2;
        left_ = every_;
        return true;
    }

  private:
    Clock::time_point last_ = Clock::now();
    long every_ = 1, left_ = 1;
};

class Trainer {
  public:
    Trainer(const Net& net, const Table& table, const Data& data, const Data* validation, const Schedule& schedule,
            const Until& until, int threads)
        : now(net), net_(net), table_(table), data_(data), validation_(validation ? *validation : Data{}),
          validates_(validation != nullptr), schedule_(schedule), until_(until),
          count_(data.orders ? data.per_epoch : data.rows), size_(net.batch > 0 ? std::min<Wide>(Wide(net.batch), count_) : count_),
          steps_(size_ ? (count_ + size_ - 1) / size_ : 0), shuffle_(net.shuffle && size_ < count_ && !data.orders), threads_(threads),
          good_(net, false), best_(Weights::bytes(net)), before_(until.probe ? Weights::bytes(net) : 0), ahead_(ahead(16384)) {}

    Weights now;
    Memory& best() { return best_; }
    long long k = 0, epoch = 0, best_epoch = 0, bad = 0, trouble[2] = {-1, -1};
    double best_score = INFINITY;
    int stopped = RUNNING;
    bool restored = true;  // false while the weights are those in front of a step with a non-finite loss
    std::vector<double> letters, train, validation, rate, probes;

    // Goes on until it stops, or until `tick` or `pause` seconds have passed, at the end of an epoch. `interrupted` is
    // asked about every 50 ms, between steps, and answers true to stop at once.
    template <class Interrupted> void advance(double tick, double pause, Interrupted interrupted) {
        FlushToZero flush;
        const Clock::time_point began = Clock::now();
        Clock::time_point asked = began;
        double lr = rate_at(k + 1);
        begin();
        while (epoch < until_.epochs) {
            if (keeps_) good_.copy_from(now, used_);
            good_k_ = k;
            const size_t good_probes = probes.size();
            Loss sum;
            double shared = 0.0;
            for (Wide step = 0; step < steps_; ++step) {
                const Wide first = step * size_;
                const long count = long(std::min(size_, count_ - first));
                if (schedule_.moves) lr = rate_at(k + 1);
                const double penalty = until_.share > 0.0 ? table_.penalty[net_.wide](net_, now.w.at()) : 0.0;
                const Loss loss = one_step(first, count, lr);
                if (!std::isfinite(loss.loss)) return fail(k + 1, false);
                ++k;
                sum.loss += loss.loss;
                sum.weight += loss.weight;
                if (until_.share > 0.0)
                    shared += double(count) * (until_.share * total(loss) + penalty * (net_.shared ? stepper_->inverse(loss.weight) : 1.0));
                if (step_ticker_.due() && seconds_since(asked) > 0.05) {
                    asked = Clock::now();
                    if (interrupted()) {
                        stopped = INTERRUPTED;
                        if (step + 1 < steps_ || validates_) {
                            restore();
                            probes.resize(good_probes);
                            return;
                        }
                    }
                }
            }
            const double loss = until_.share > 0.0 ? shared / double(count_) : total(sum);
            double score = loss;
            if (validates_) score = total(validate());
            if (!std::isfinite(score)) {
                fail(k, true);
                return restore();
            }
            if (end_epoch(loss, score, lr)) best_.copy_from(now.w, used_);
            if (!schedule_.final_line.empty()) lr = rate_at(k + 1);
            if (stopped) return;
            if (epoch_ticker_.due()) {
                const double passed = seconds_since(began);
                if (passed >= tick || passed >= pause) return;
            }
        }
        stopped = EPOCHS;
    }

    // The weights of the last whole epoch come back.
    void restore() {
        if (keeps_) now.copy_from(good_, used_);
        k = good_k_;
        restored = true;
    }

  private:
    friend class Group;

    void fail(long long step, bool whole) {  // whole: the weights are those of the last whole epoch, or are made so
        trouble[0] = step;
        trouble[1] = 0;
        stopped = NONFINITE;
        restored = whole;
    }
    // The numbers of an epoch are there; true where the weights are the best so far.
    bool end_epoch(double loss, double score, double lr) {
        train.push_back(loss);
        validation.push_back(validates_ ? score : NAN);
        rate.push_back(lr);
        ++epoch;
        const double line = best_score - until_.min_delta;
        bad = score < line || (until_.ties && score == line) ? 0 : bad + 1;
        const bool better = score < best_score;
        if (better) {
            best_score = score;
            best_epoch = epoch;
        }
        if (!schedule_.final_line.empty()) move_schedule(score);
        if (stopped == INTERRUPTED) return better;
        if (until_.patience && bad >= until_.patience) stopped = PATIENCE;
        else if (loss <= until_.goal) stopped = GOAL;
        return better;
    }
    void reserve() {
        for (std::vector<double>* history : {&train, &validation, &rate})
            history->reserve(size_t(std::min<long long>(until_.epochs, 1 << 16)));
    }
    void begin() {
        reserve();
        if (stepper_) return;
        stepper_ = std::make_unique<Stepper>(net_, table_, long(std::max<Wide>(1, size_)), threads_);
        if (validates_) validator_ = std::make_unique<Stepper>(net_, table_, look_rows(), threads_);
        rows_.resize(ahead_);
    }
    long look_rows() const { return long(std::min<Wide>(std::max<Wide>(1, validation_.rows), 1024)); }
    // rows of whole batches, about `most`, whose order is drawn at once
    Wide ahead(Wide most) const { return shuffle_ ? std::min(steps_, std::max<Wide>(1, most / size_)) * size_ : 0; }
    const Natural* given_order(Wide first) const {
        return data_.orders ? data_.orders + Wide(epoch - data_.orders_from) * count_ + first : nullptr;
    }
    double total(const Loss& sum) const {
        if (!net_.mean_rows) return sum.loss;
        return sum.weight > 0.0 ? sum.loss / sum.weight : NAN;
    }

    Loss one_step(Wide first, long count, double lr) {
        Work& st = stepper_->step();
        st.epoch = Natural(epoch);
        st.member = until_.member;
        const bool same = steps_ == 1 && gathered_ && !data_.orders;  // every row in natural order is there already
        if (!same) {
            if (shuffle_ && first % ahead_ == 0)
                table_.order(net_, until_.member, Natural(epoch), data_.rows, first, std::min(ahead_, count_ - first), rows_.data());
            stepper_->batch(data_, shuffle_ ? rows_.data() + first % ahead_ : given_order(first), first, count, true, nullptr);
            gathered_ = true;
        }
        const bool look = until_.probe && (k + 1) % until_.probe == 0;
        if (look) before_.copy_from(now.w, used_);
        const Loss loss = stepper_->learn(now, look, true, k + 1, lr, same);
        if (look && std::isfinite(loss.loss))
            for (int l = 1; l <= net_.depth; ++l) {
                double row[7] = {double(until_.member), double(k + 1), double(l)};
                table_.probe[net_.wide](st, before_.at(), l, row + 3);
                probes.insert(probes.end(), row, row + 7);
            }
        return loss;
    }

    Loss validate() {
        Loss sum;
        validator_->batch(validation_, nullptr, 0, long(validation_.rows), false, nullptr);
        const auto add = [&](long, long) {
            const Loss some = validator_->sum_losses();
            sum.loss += some.loss;
            sum.weight += some.weight;
        };
        validator_->look(now.w, true, add, validated_ && validation_.rows <= Wide(validator_->capacity()));
        validated_ = true;
        return sum;
    }

    double rate_at(long long step) {
        std::vector<double>& in = schedule_.rate_inputs;
        in[0] = double(step);
        std::copy(letters.begin(), letters.end(), in.begin() + 1);
        double out = 0.0;
        u_.resize(size_t(schedule_.rate->lifted));
        table_.evaluate(*schedule_.rate, u_.data(), in.data(), &out);
        return out;
    }
    void move_schedule(double score) {
        std::vector<double>& in = schedule_.epoch_inputs;
        in[0] = score;
        std::copy(letters.begin(), letters.end(), in.begin() + 1);
        std::vector<double> out(size_t(schedule_.at_epoch->results));
        u_.resize(size_t(schedule_.at_epoch->lifted));
        table_.evaluate(*schedule_.at_epoch, u_.data(), in.data(), out.data());
        for (size_t i = 0; i < letters.size(); ++i)
            if (schedule_.final_line[i] >= 0) letters[i] = out[size_t(schedule_.final_line[i])];
    }

    const Net& net_;
    const Table& table_;
    const Data data_, validation_;
    const bool validates_;
    Schedule schedule_;
    const Until until_;
    const Wide count_, size_, steps_;  // rows of an epoch, of a batch; steps of an epoch
    const size_t used_ = Weights::used(net_);
    const bool shuffle_, keeps_ = steps_ > 1 || validates_;  // keeps_: a failing epoch is undone
    const int threads_;
    std::unique_ptr<Stepper> stepper_, validator_;  // made when first needed
    Weights good_;
    Memory best_, before_;
    const Wide ahead_;  // rows whose order is drawn at once
    std::vector<Natural> rows_;
    std::vector<double> u_;
    Ticker step_ticker_, epoch_ticker_;
    long long good_k_ = 0;
    bool gathered_ = false, validated_ = false;
};

#endif
