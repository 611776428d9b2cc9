"""a rule's source -> the work it names, as BibTeX and as GB/T 7714-2015 write it; each work stands here once."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_TEX = {
    "ü": r"{\"u}",
    "ä": r"{\"a}",
    "ö": r"{\"o}",
    "é": r"{\'e}",
    "è": r"{\`e}",
    "á": r"{\'a}",
    "ø": r"{\o}",
}
_SPELLED = {"ü": "ue", "ä": "ae", "ö": "oe", "ø": "o"}
_GBT = {
    "article": "J",
    "inproceedings": "C",
    "incollection": "M",
    "book": "M",
    "techreport": "R",
    "misc": "EB/OL",
}
SHOWN = 3  # authors GB/T 7714 lists before "et al."


@dataclass(frozen=True)
class Work:
    """kind is BibTeX's; `where` the journal, the proceedings, the publisher with its place, or the archive's number."""

    authors: str  # "Kingma, D. P.; Ba, J."
    year: int
    title: str
    where: str
    volume: str = ""  # "323(6088)"
    pages: str = ""
    kind: str = "article"

    @property
    def people(self) -> list[tuple[str, str]]:
        """(surname, initials) in order."""
        return [(a.partition(",")[0].strip(), a.partition(",")[2].strip()) for a in self.authors.split(";")]

    @property
    def names(self) -> tuple[str, ...]:
        """What a source may call it: all surnames, or the first "et al."."""
        last = [surname for surname, _ in self.people]
        listed = last[0] if len(last) == 1 else f"{', '.join(last[:-1])} & {last[-1]}"
        return f"{listed} {self.year}", f"{last[0]} et al. {self.year}"

    @property
    def key(self) -> str:
        word = "".join(_SPELLED.get(c, c) for c in self.people[0][0].lower())
        plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
        return f"{plain}{self.year}{re.sub(r'[^a-z]', '', self.title.split()[0].lower())}"

    def bibtex(self) -> str:
        volume, _, number = self.volume.rstrip(")").partition("(")
        place = {"inproceedings": "booktitle", "incollection": "booktitle", "book": "publisher",
                 "techreport": "institution", "misc": "howpublished"}.get(self.kind, "journal")  # fmt: skip
        fields = {
            "author": " and ".join(f"{last}, {first}" if first else f"{{{last}}}" for last, first in self.people),
            "title": f"{{{self.title}}}", place: self.where, "year": str(self.year), "volume": volume,
            "number": number.replace("-", "--"), "pages": self.pages.replace("-", "--"),
        }  # fmt: skip
        lines = [f"  {name} = {{{_tex(value)}}}," for name, value in fields.items() if value]
        return "\n".join([f"@{self.kind}{{{self.key},", *lines, "}"])

    def gbt(self) -> str:
        """One line of a list of references after GB/T 7714-2015, which names Latin authors in capitals."""
        people = [
            f"{last.upper()} {first.replace('.', '')}".strip() if first else last
            for last, first in self.people
        ]
        named = ", ".join(people[:SHOWN]) + (", et al" if len(people) > SHOWN else "")
        pages = f": {self.pages}" if self.pages else ""
        if self.kind == "article":
            volume = f", {self.volume}" if self.volume else ""
            return f"{named}. {self.title}[J]. {self.where}, {self.year}{volume}{pages}."
        if self.kind in ("inproceedings", "incollection"):
            volume = f", vol. {self.volume}" if self.volume else ""
            return f"{named}. {self.title}[{_GBT[self.kind]}]//{self.where}{volume}. {self.year}{pages}."
        if self.kind == "misc":
            at = f" https://arxiv.org/abs/{self.where[6:]}." if self.where.startswith("arXiv:") else ""
            return f"{named}. {self.title}[EB/OL]. {self.where}, {self.year}.{at}"
        return f"{named}. {self.title}[{_GBT[self.kind]}]. {self.where}, {self.year}{pages}."


def _tex(text: str) -> str:
    return "".join(_TEX.get(c, "\\&" if c == "&" else c) for c in text)


def works_of(source: str) -> Iterator[Work]:
    """The works a row's `source` names, in its order."""
    found = [(source.find(name), work) for work in WORKS for name in work.names if name in source]
    seen: list[Work] = []
    for _, work in sorted(found, key=lambda pair: pair[0]):
        if work not in seen:
            seen.append(work)
            yield work


_ICLR = "International Conference on Learning Representations (ICLR)"
_ICML = "International Conference on Machine Learning (ICML)"
_NIPS = "Advances in Neural Information Processing Systems"

BACKPROP = Work(
    "Rumelhart, D. E.; Hinton, G. E.; Williams, R. J.", 1986,
    "Learning representations by back-propagating errors", "Nature", "323(6088)", "533-536",
)  # fmt: skip
DROPOUT = Work(
    "Srivastava, N.; Hinton, G.; Krizhevsky, A.; Sutskever, I.; Salakhutdinov, R.", 2014,
    "Dropout: a simple way to prevent neural networks from overfitting", "Journal of Machine Learning Research",
    "15(56)", "1929-1958",
)  # fmt: skip
CLIPPING = Work(
    "Pascanu, R.; Mikolov, T.; Bengio, Y.", 2013, "On the difficulty of training recurrent neural networks", _ICML,
    "", "1310-1318", "inproceedings",
)  # fmt: skip

WORKS: tuple[Work, ...] = (
    BACKPROP, DROPOUT, CLIPPING,
    # activations
    Work("Nair, V.; Hinton, G. E.", 2010, "Rectified linear units improve restricted Boltzmann machines", _ICML, "",
         "807-814", "inproceedings"),
    Work("Maas, A. L.; Hannun, A. Y.; Ng, A. Y.", 2013,
         "Rectifier nonlinearities improve neural network acoustic models",
         "ICML Workshop on Deep Learning for Audio, Speech and Language Processing", kind="inproceedings"),
    Work("Clevert, D.-A.; Unterthiner, T.; Hochreiter, S.", 2016,
         "Fast and accurate deep network learning by exponential linear units (ELUs)", _ICLR, kind="inproceedings"),
    Work("Elfwing, S.; Uchibe, E.; Doya, K.", 2018,
         "Sigmoid-weighted linear units for neural network function approximation in reinforcement learning",
         "Neural Networks", "107", "3-11"),
    Work("Ramachandran, P.; Zoph, B.; Le, Q. V.", 2017, "Searching for activation functions", "arXiv:1710.05941",
         kind="misc"),
    Work("Hendrycks, D.; Gimpel, K.", 2016, "Gaussian error linear units (GELUs)", "arXiv:1606.08415", kind="misc"),
    Work("Dugas, C.; Bengio, Y.; Bélisle, F.; Nadeau, C.; Garcia, R.", 2001,
         "Incorporating second-order functional knowledge for better option pricing", _NIPS, "13", "472-478",
         "inproceedings"),
    Work("Bridle, J. S.", 1990, "Probabilistic interpretation of feedforward classification network outputs, with "
         "relationships to statistical pattern recognition", "Neurocomputing: Algorithms, Architectures and Applications",
         "", "227-236", "incollection"),
    Work("Klambauer, G.; Unterthiner, T.; Mayr, A.; Hochreiter, S.", 2017, "Self-normalizing neural networks", _NIPS,
         "30", "971-980", "inproceedings"),
    Work("Misra, D.", 2020, "Mish: a self regularized non-monotonic activation function",
         "British Machine Vision Conference (BMVC)", kind="inproceedings"),
    Work("Elliott, D. L.", 1993, "A better activation function for artificial neural networks",
         "Institute for Systems Research, University of Maryland, TR 93-8", kind="techreport"),
    Work("Rosenblatt, F.", 1958, "The perceptron: a probabilistic model for information storage and organization in "
         "the brain", "Psychological Review", "65(6)", "386-408"),
    Work("Broomhead, D. S.; Lowe, D.", 1988, "Multivariable functional interpolation and adaptive networks",
         "Complex Systems", "2(3)", "321-355"),
    Work("Lapedes, A.; Farber, R.", 1987, "Nonlinear signal processing using neural networks: prediction and system "
         "modelling", "Los Alamos National Laboratory, LA-UR-87-2662", kind="techreport"),
    Work("Sitzmann, V.; Martel, J. N. P.; Bergman, A. W.; Lindell, D. B.; Wetzstein, G.", 2020,
         "Implicit neural representations with periodic activation functions", _NIPS, "33", "7462-7473",
         "inproceedings"),
    # losses
    Work("Huber, P. J.", 1964, "Robust estimation of a location parameter", "The Annals of Mathematical Statistics",
         "35(1)", "73-101"),
    Work("Koenker, R.; Bassett, G.", 1978, "Regression quantiles", "Econometrica", "46(1)", "33-50"),
    Work("Green, P. J.", 1990, "Bayesian reconstructions from emission tomography data using a modified EM algorithm",
         "IEEE Transactions on Medical Imaging", "9(1)", "84-93"),
    Work("McCullagh, P.; Nelder, J. A.", 1989, "Generalized linear models", "London: Chapman and Hall", kind="book"),
    Work("Jørgensen, B.", 1987, "Exponential dispersion models",
         "Journal of the Royal Statistical Society, Series B", "49(2)", "127-162"),
    Work("Tweedie, M. C. K.", 1984, "An index which distinguishes between some important exponential families",
         "Statistics: Applications and New Directions", "", "579-604", "inproceedings"),
    Work("Szegedy, C.; Vanhoucke, V.; Ioffe, S.; Shlens, J.; Wojna, Z.", 2016,
         "Rethinking the Inception architecture for computer vision",
         "IEEE Conference on Computer Vision and Pattern Recognition (CVPR)", "", "2818-2826", "inproceedings"),
    # update rules
    Work("Cauchy, A.", 1847, "Méthode générale pour la résolution des systèmes d'équations simultanées",
         "Comptes rendus hebdomadaires des séances de l'Académie des sciences", "25", "536-538"),
    Work("Polyak, B. T.", 1964, "Some methods of speeding up the convergence of iteration methods",
         "USSR Computational Mathematics and Mathematical Physics", "4(5)", "1-17"),
    Work("Sutskever, I.; Martens, J.; Dahl, G.; Hinton, G.", 2013,
         "On the importance of initialization and momentum in deep learning", _ICML, "", "1139-1147", "inproceedings"),
    Work("Tieleman, T.; Hinton, G.", 2012, "Lecture 6.5 - RMSProp: divide the gradient by a running average of its "
         "recent magnitude", "COURSERA: Neural Networks for Machine Learning", kind="misc"),
    Work("Kingma, D. P.; Ba, J.", 2015, "Adam: a method for stochastic optimization", _ICLR, kind="inproceedings"),
    Work("Loshchilov, I.; Hutter, F.", 2019, "Decoupled weight decay regularization", _ICLR, kind="inproceedings"),
    Work("Igel, C.; Hüsken, M.", 2000, "Improving the Rprop learning algorithm",
         "Second International ICSC Symposium on Neural Computation (NC 2000)", "", "115-121", "inproceedings"),
    Work("Riedmiller, M.; Braun, H.", 1993, "A direct adaptive method for faster backpropagation learning: the RPROP "
         "algorithm", "IEEE International Conference on Neural Networks", "", "586-591", "inproceedings"),
    Work("Riedmiller, M.", 1994, "Advanced supervised learning in multi-layer perceptrons - from backpropagation to "
         "adaptive learning algorithms", "Computer Standards & Interfaces", "16(3)", "265-278"),
    Work("Duchi, J.; Hazan, E.; Singer, Y.", 2011, "Adaptive subgradient methods for online learning and stochastic "
         "optimization", "Journal of Machine Learning Research", "12", "2121-2159"),
    Work("Zeiler, M. D.", 2012, "ADADELTA: an adaptive learning rate method", "arXiv:1212.5701", kind="misc"),
    Work("Dozat, T.", 2016, "Incorporating Nesterov momentum into Adam", "ICLR Workshop", kind="inproceedings"),
    Work("Fahlman, S. E.", 1988, "An empirical study of learning speed in back-propagation networks",
         "Carnegie Mellon University, CMU-CS-88-162", kind="techreport"),
    Work("Vogl, T. P.; Mangis, J. K.; Rigler, A. K.; Zink, W. T.; Alkon, D. L.", 1988,
         "Accelerating the convergence of the back-propagation method", "Biological Cybernetics", "59(4-5)", "257-263"),
    # starts
    Work("Glorot, X.; Bengio, Y.", 2010, "Understanding the difficulty of training deep feedforward neural networks",
         "International Conference on Artificial Intelligence and Statistics (AISTATS)", "", "249-256",
         "inproceedings"),
    Work("He, K.; Zhang, X.; Ren, S.; Sun, J.", 2015,
         "Delving deep into rectifiers: surpassing human-level performance on ImageNet classification",
         "IEEE International Conference on Computer Vision (ICCV)", "", "1026-1034", "inproceedings"),
    Work("Nguyen, D.; Widrow, B.", 1990, "Improving the learning speed of 2-layer neural networks by choosing initial "
         "values of the adaptive weights", "International Joint Conference on Neural Networks (IJCNN)", "3", "21-26",
         "inproceedings"),
    Work("LeCun, Y.; Bottou, L.; Orr, G. B.; Müller, K.-R.", 1998, "Efficient BackProp",
         "Neural Networks: Tricks of the Trade, Lecture Notes in Computer Science", "1524", "9-50", "incollection"),
    Work("Saxe, A. M.; McClelland, J. L.; Ganguli, S.", 2014,
         "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", _ICLR,
         kind="inproceedings"),
    Work("Salimans, T.; Kingma, D. P.", 2016, "Weight normalization: a simple reparameterization to accelerate training "
         "of deep neural networks", _NIPS, "29", "901-909", "inproceedings"),
    # schedules
    Work("Robbins, H.; Monro, S.", 1951, "A stochastic approximation method", "The Annals of Mathematical Statistics",
         "22(3)", "400-407"),
    Work("Loshchilov, I.; Hutter, F.", 2017, "SGDR: stochastic gradient descent with warm restarts", _ICLR,
         kind="inproceedings"),
    Work("Smith, L. N.; Topin, N.", 2018, "Super-convergence: very fast training of residual networks using large "
         "learning rates", "arXiv:1708.07120", kind="misc"),
    Work("Goyal, P.; Dollár, P.; Girshick, R.; Noordhuis, P.; Wesolowski, L.; Kyrola, A.; Tulloch, A.; Jia, Y.; He, K.",
         2017, "Accurate, large minibatch SGD: training ImageNet in 1 hour", "arXiv:1706.02677", kind="misc"),
)  # fmt: skip
